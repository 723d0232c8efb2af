"""A cluster that stands is judged, and nothing of it is changed: as its own audit log has it."""

from __future__ import annotations

import re

import pytest

from .conftest import LOOKER, STRANGER, Project, Standing

HOLDS = "Then the cluster's API answers within 5 seconds"
CHANGES = """
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod
from pytest_bdd import when
from seatrial import Delete

@when("a pod is removed")
def _(faults):
    faults.inject(Delete("v1", "Pod", "one", "default"))

@when("somebody writes by the observer's own client")
def _(cluster):
    cluster._connect().create(ConfigMap(metadata=ObjectMeta(name="written", namespace="default")))

@when("somebody enters a pod")
def _(cluster):
    client = cluster._connect()._client._client
    client.get("/api/v1/namespaces/default/pods/one/exec", params={"command": "ls"})
"""


def test_a_first_verdict(project: Project, standing: Standing) -> None:
    """A folder with one feature is enough; the run says how much was asked, and the server has seen as much."""
    before = standing.asked()
    project.scenarios({"It answers": HOLDS, "It is quiet": "Then no warning was reported in the last 5 minutes"})
    ended = project.seatrial("verify")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert {"It answers": "proven", "It is quiet": "proven"} == project.verdicts
    sums = re.search(r"\(context only-looks\): (\d+) requests \((\d+) get, (\d+) list, (\d+) watch\), 0 writes$",
                     ended.stdout, re.MULTILINE)  # fmt: skip
    assert sums, ended.stdout
    seen = standing.asked() - before
    assert {"get", "list", "watch"} == set(seen)
    assert [seen["get"], seen["list"]] == [int(sums[2]), int(sums[3])]
    assert seen["watch"] <= int(sums[4])  # one that was begun as the run ended may not have got there


@pytest.mark.parametrize("processes", [(), ("-n2",)], ids=["one", "two"])
def test_nothing_is_changed(project: Project, standing: Standing, processes: tuple[str, ...]) -> None:
    """Whatever a word tries, nothing but looks leaves: its scenario is not provable, and the others are judged."""
    (project.path / "conftest.py").write_text(CHANGES)
    project.scenarios(
        {
            "By a fault": f"When a pod is removed; {HOLDS}",
            "By hand": f"When somebody writes by the observer's own client; {HOLDS}",
            "By entering": f"When somebody enters a pod; {HOLDS}",
            "Looking": HOLDS,
        }
    )
    before = standing.asked()
    ended = project.seatrial("verify", *processes)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert {"get", "list", "watch"} >= set(standing.asked() - before)
    assert {
        "By a fault": "not provable",
        "By hand": "not provable",
        "By entering": "not provable",
        "Looking": "proven",
    } == project.verdicts
    assert "the platform is only looked at" == project.results["By a fault"]["reason"]
    assert "the platform is only looked at: refused to create /api/v1/namespaces/default/configmaps" in ended.stdout
    assert "the platform is only looked at: refused to connect /api/v1/namespaces/default/pods/one/exec" in ended.stdout
    assert re.search(r", 0 writes$", ended.stdout, re.MULTILINE)


def test_what_may_not_be_looked_at(project: Project, standing: Standing) -> None:
    """What credentials may not list is not provable, and is known at once; what they may see is judged."""
    project.scenarios({"Pods": "Then every pod is ready", "API": HOLDS})
    ended = project.seatrial("verify", context=STRANGER)
    assert {"Pods": "not provable", "API": "proven"} == project.verdicts, ended.stdout
    assert "the credentials that were given may not list pods" == project.results["Pods"]["reason"]
    assert project.results["Pods"]["seconds"] < 10


@pytest.mark.parametrize(
    ("context", "code", "message"),
    [
        ("gone", 3, r"http://127.0.0.1:9 \(context gone\) does not answer"),
        ("nowhere", 4, r"no context 'nowhere'; contexts there: gone, may-nothing, only-looks, test"),
        ("", 4, r"none: no such kubeconfig; name one by --kubeconfig or in KUBECONFIG"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "status", "doctor"])
def test_a_cluster_that_cannot_be_had(project: Project, command: str, context: str, code: int, message: str) -> None:
    """What keeps it from being looked at is one message, from every command, without a traceback."""
    project.scenarios({"API": HOLDS})
    ended = project.seatrial(command, context=context)
    said = ended.stdout + ended.stderr
    assert (1 if command == "doctor" else code) == ended.returncode, said
    assert re.search(message, " ".join(said.split())), said
    assert "Traceback" not in said


def test_taking_it_down(project: Project) -> None:
    """What is taken down is what was written down on this machine; the cluster is said to stay."""
    project.scenarios({"API": HOLDS})
    project.seatrial("verify")
    ended = project.seatrial("down")
    assert (0, "the cluster stays as it is: it was only looked at\n") == (ended.returncode, ended.stderr)
    assert not (project.path / ".seatrial").exists()


def test_what_the_project_says(project: Project, standing: Standing) -> None:
    """A project may name its cluster once, for every command."""
    (project.path / "pyproject.toml").write_text(
        f'[tool.seatrial]\nkubeconfig = "{standing.kubeconfig}"\ncontext = "{LOOKER}"\n'
    )
    project.scenarios({"API": HOLDS})
    assert 0 == project.seatrial("verify", context="").returncode
    assert f"(context {LOOKER})" in project.seatrial("status", context="").stdout
    assert f"{standing.kubeconfig}\n" == project.seatrial("kubeconfig", context="").stdout


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, standing: Standing) -> Project:
    """A project of which a run has been made."""
    project = Project(tmp_path_factory.mktemp("judged"), standing)
    project.scenarios({"API": HOLDS})
    assert 0 == project.seatrial("verify").returncode
    return project


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("lint", 0, "features and words are in order"),
        ("status", 0, "nothing: it is only looked at"),
        ("doctor", 0, "list Deployments"),
        ("kubeconfig", 0, "none"),
        ("sabotage", 4, "nothing can be broken here: the platform is only looked at"),
        ("drift", 4, "this project's provisioning cannot hold what runs against what was agreed"),
        ("images status", 4, "this project's provisioning has no images of its own"),
        ("sweep", 0, "removed what was written down of trial"),
    ],
)
def test_every_command_answers(judged: Project, command: str, code: int, message: str) -> None:
    """Each says something that helps, in a project that has nothing but features."""
    ended = judged.seatrial(*command.split())
    said = " ".join((ended.stdout + ended.stderr).split())
    assert code == ended.returncode, said
    assert message in said

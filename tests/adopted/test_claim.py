"""A claim: scenarios change what is in the namespaces that were given to them, and nothing beside them."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.resources.core_v1 import ConfigMap, Namespace, Pod

from seatrial.adopted.claim import MARK

from .conftest import LOOKER, STRANGER, Project, Standing
from .shop import put
from .test_words import _end

HOLDS = "Then the cluster's API answers within 5 seconds"
WORDS = """
from lightkube.resources.core_v1 import ConfigMap
from pytest_bdd import parsers, then, when
from seatrial import Create, Patch, declaration, eventually, every, instrument, rows

cluster = instrument("cluster")


@when(parsers.parse('a note called "{name}" is left in "{namespace}"'))
def _(changes, name, namespace):
    changes.inject(
        Create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}})
    )


@when(parsers.parse('"{namespace}" itself is labelled'))
def _(changes, namespace):
    changes.inject(Patch("v1", "Namespace", namespace, "", {"metadata": {"labels": {"ours": "yes"}}}))


@when(parsers.parse("Python ends"))
def _():
    import os
    os._exit(9)


@then(parsers.parse('the note called "{name}" is in "{namespace}"'))
@declaration
def _(cluster, name, namespace):
    eventually(
        lambda: {c.metadata.name: {} for c in cluster.all(ConfigMap, namespace=namespace)},
        rows("notes", {name: {}}, exactly=False),
        within=5,
    )
"""


@pytest.fixture
def rooms(standing: Standing) -> Iterator[tuple[str, str]]:
    """Two namespaces, of which the first will be claimed."""
    client = standing.kubernetes.client
    names = ("given", "not-given")
    for name in names:
        put(client, "whole", name)
    yield names
    for name in names:
        client.patch(Namespace, name, {"metadata": {"annotations": {MARK: None}}})


def _marks(standing: Standing, *names: str) -> list[bool]:
    found = {one.metadata.name: one for one in standing.kubernetes.client.list(Namespace) if one.metadata}
    return [MARK in (found[name].metadata.annotations or {}) for name in names]  # type: ignore[union-attr]


def _reach(standing: Standing, context: str = LOOKER) -> tuple[str, str]:
    return f"--kubeconfig={standing.kubeconfig}", f"--context={context}"


def test_a_life(project: Project, standing: Standing, rooms: tuple[str, str]) -> None:
    """Shown and claimed, changed and put back, released: the audit log has no write but these, in this namespace."""
    given, other = rooms
    (project.path / "conftest.py").write_text(WORDS)
    project.scenarios(
        {
            "Inside": f'When a note called "n" is left in "{given}"; Then the note called "n" is in "{given}"',
            "Outside": f'When a note called "n" is left in "{other}"; Then the note called "n" is in "{other}"',
            "Itself": f'When "{given}" itself is labelled; {HOLDS}',
            "Looking": HOLDS,
        }
    )
    ended = project.seatrial("claim", given, "--yes", *_reach(standing))
    assert 0 == ended.returncode, ended.stderr
    assert f"scenarios may change and remove whatever is in {given}" in ended.stdout
    assert [True, False] == _marks(standing, given, other)
    before = standing.asked()
    ended = project.seatrial("verify")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    found = {"Inside": "proven", "Outside": "not provable", "Itself": "not provable", "Looking": "proven"}
    assert found == project.verdicts
    why = f"only what is in {given} may be changed: refused to create /api/v1/namespaces/{other}/configmaps"
    assert why in project.results["Outside"]["reason"]
    assert [("done", f"create ConfigMap {given}/n"), ("undone", f"create ConfigMap {given}/n")] == [
        (one["kind"], one["what"]) for one in project.results["Inside"]["happened"]
    ]
    assert re.search(rf"1 create, 1 delete\), 2 writes, in {given} alone$", ended.stdout, re.MULTILINE), ended.stdout
    writes = {
        verb: count for verb, count in (standing.asked() - before).items() if verb not in ("get", "list", "watch")
    }
    assert {"create": 1, "delete": 1} == writes
    assert not [c for c in standing.kubernetes.client.list(ConfigMap, namespace=given) if c.metadata.name == "n"]  # type: ignore[union-attr]
    for command in ("down", "sweep"):
        kept = project.seatrial(command)
        assert (4, True) == (kept.returncode, "`seatrial release` gives it back" in kept.stderr), kept.stderr
    assert f"what scenarios change in {given}" in project.seatrial("status").stdout
    ended = project.seatrial("release", "--yes", *_reach(standing))
    assert (0, True) == (ended.returncode, f"released {given}" in ended.stdout), ended.stderr
    assert [False, False] == _marks(standing, given, other)
    project.seatrial("verify")
    assert "the platform is only looked at" == project.results["Inside"]["reason"]
    assert 4 == project.seatrial("release", "--yes", *_reach(standing)).returncode


def test_a_removed_pod_comes_back(project: Project, standing: Standing, rooms: tuple[str, str]) -> None:
    """The check that changes something is proven in a namespace that was claimed, and the pod is put back."""
    given, _ = rooms
    removed = f'When one ready pod of "web" is removed in the namespace "{given}"'
    project.scenarios(
        {"Back": f'{removed}; Then the service "web" has at least 2 ready endpoints in the namespace "{given}"'}
    )
    assert 0 == project.seatrial("claim", given, "--yes", *_reach(standing)).returncode
    client = standing.kubernetes.client
    kubelet = threading.Thread(target=_end, args=(client, "web-1", given), daemon=True)
    kubelet.start()
    ended = project.seatrial("verify")
    kubelet.join(60)
    assert {"Back": "proven"} == project.verdicts, ended.stdout
    assert {"web-1", "web-2"} <= {pod.metadata.name for pod in client.list(Pod, namespace=given) if pod.metadata}
    assert 0 == project.seatrial("release", "--yes", *_reach(standing)).returncode


def test_what_a_crash_has_left(project: Project, standing: Standing, rooms: tuple[str, str]) -> None:
    """What a killed run has changed is undone by the release; the claim says what."""
    given, _ = rooms
    (project.path / "conftest.py").write_text(WORDS)
    project.scenarios({"Crash": f'When a note called "left" is left in "{given}"; When Python ends'})
    project.seatrial("claim", given, "--yes", *_reach(standing))
    assert 9 == project.seatrial("verify").returncode
    client = standing.kubernetes.client
    assert client.get(ConfigMap, "left", namespace=given)
    ended = project.seatrial("release", "--yes", *_reach(standing))
    assert f"undone: create ConfigMap {given}/left" in ended.stdout, ended.stderr
    assert not [c for c in client.list(ConfigMap, namespace=given) if c.metadata and c.metadata.name == "left"]


def test_a_mark_that_is_gone(project: Project, standing: Standing, rooms: tuple[str, str]) -> None:
    """Who has taken the mark away, or put on another, has taken the namespace back: nothing of it is changed."""
    given, _ = rooms
    (project.path / "conftest.py").write_text(WORDS)
    project.scenarios({"Inside": f'When a note called "n" is left in "{given}"; {HOLDS}'})
    project.seatrial("claim", given, "--yes", *_reach(standing))
    standing.kubernetes.client.patch(Namespace, given, {"metadata": {"annotations": {MARK: "theirs"}}})
    before = standing.asked()
    assert 1 == project.seatrial("verify").returncode
    assert "error" == project.verdicts["Inside"]
    assert f"{given} does not carry the mark of this claim" in project.results["Inside"]["reason"]
    assert {"get", "list", "watch"} >= set(standing.asked() - before)
    assert 4 == project.seatrial("claim", given, "--yes", *_reach(standing)).returncode
    assert 0 == project.seatrial("release", "--yes", *_reach(standing)).returncode
    assert [True] == _marks(standing, given)  # it is not ours to take away
    ended = project.seatrial("claim", given, "--yes", *_reach(standing))
    assert (4, True) == (ended.returncode, "is claimed by somebody else" in " ".join(ended.stderr.split()))


@pytest.mark.parametrize(
    ("arguments", "context", "message"),
    [
        (("given", "nowhere", "--yes"), LOOKER, "nowhere: no such namespace"),
        (("kube-system", "--yes"), LOOKER, "kube-system is the cluster's own, and is not to be claimed"),
        (("given",), LOOKER, "nothing was done: say --yes, or answer on a terminal"),
        (("given", "--yes"), STRANGER, "the credentials that were given may not get namespaces"),
        (("given", "--yes"), "gone", "does not answer"),
    ],
)
def test_what_is_not_claimed(
    project: Project, standing: Standing, rooms: tuple[str, str], arguments: tuple[str, ...], context: str, message: str
) -> None:
    """It is all or nothing, and one message."""
    project.scenarios({"Looking": HOLDS})
    ended = project.seatrial("claim", *arguments, *_reach(standing, context))
    assert ended.returncode in (3, 4)
    assert message in " ".join(ended.stderr.split()), ended.stderr
    assert "broke:" not in ended.stderr
    assert [False, False] == _marks(standing, *rooms)
    assert 4 == project.seatrial("release", "--yes", *_reach(standing)).returncode


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 4), (b"y\n", 0)])
def test_on_a_terminal_it_asks(
    project: Project, standing: Standing, rooms: tuple[str, str], answer: bytes, code: int
) -> None:
    """It shows what it will do, and does it only if somebody says yes."""
    given, _ = rooms
    project.scenarios({"Looking": HOLDS})
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "claim", given, *_reach(standing)]
    begun = subprocess.Popen(command, cwd=project.path, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, answer)
    said = b""
    with contextlib.suppress(OSError):  # when the other end is closed
        while chunk := os.read(ours, 4096):
            said += chunk
    os.close(ours)
    assert code == begun.wait(60), said
    assert b"Go on?" in said
    assert [code == 0] == _marks(standing, given)


def test_another_cluster(project: Project, standing: Standing, rooms: tuple[str, str]) -> None:
    """What was claimed of one cluster is not claimed of another: that is only looked at."""
    given, _ = rooms
    project.scenarios({"Looking": HOLDS})
    project.seatrial("claim", given, "--yes", *_reach(standing))
    record = project.path / ".seatrial" / "trial" / "claim.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"server": "https://elsewhere.invalid"}))
    ended = project.seatrial("verify")
    assert re.search(r", 0 writes$", ended.stdout, re.MULTILINE)
    assert "nothing: it is only looked at" in project.seatrial("status").stdout
    assert 4 == project.seatrial("release", "--yes", *_reach(standing)).returncode


def test_whoever_builds_claims_nothing(project: Project) -> None:
    """A project that builds its platform itself is told so."""
    (project.path / "pyproject.toml").write_text(
        '[tool.seatrial]\nprovisioning = "tests.harness.theirs.theirs:Provisioning"\n'
    )
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(project.path), str(Path.cwd())])}
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "claim", "x", "--yes"]
    ended = subprocess.run(command, cwd=project.path, env=environ, capture_output=True, text=True, check=False)
    assert 4 == ended.returncode
    assert "nothing of it needs to be claimed" in " ".join(ended.stderr.split())

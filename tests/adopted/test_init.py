"""`seatrial init` makes a project that is green on a cluster that stands, and shows what a failure says."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from .conftest import LOOKER, Project, Standing
from .shop import put

FIRST_VERDICT = 300
"""Seconds from an empty folder to the first verdict, with a cluster up."""

FILES = {
    ".github/workflows/seatrial.yml",
    ".gitignore",
    "README.md",
    "conftest.py",
    "features/checks.feature",
    "features/first.feature",
    "pyproject.toml",
    "requirements.txt",
}


def _made(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def _within(project: Project, standing: Standing, name: str) -> Project:
    return Project(project.path / name, standing)


def test_the_first_run(project: Project, standing: Standing) -> None:
    """From nothing, on any cluster: lint finds nothing, the run is green, and its second scenario says how it fails."""
    began = time.monotonic()
    ended = project.seatrial("init", "ours", f"--kubeconfig={standing.kubeconfig}", f"--context={LOOKER}")
    assert 0 == ended.returncode, ended.stderr
    ours = _within(project, standing, "ours")
    assert FILES == _made(ours.path)
    assert ended.stdout.splitlines()[-1] == "next: cd ours && seatrial doctor && seatrial verify"
    linted = ours.seatrial("lint")
    assert (0, "features and words are in order\n") == (linted.returncode, linted.stdout)
    before = standing.asked()
    ended = ours.seatrial("verify", context="")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    first = {"The cluster answers": "proven", "This one fails on purpose": "waived", "A word of our own": "proven"}
    assert first == {name: verdict for name, verdict in ours.verdicts.items() if name in first}
    assert {"not provable"} == {verdict for name, verdict in ours.verdicts.items() if name not in first}
    sums = "2 proven + 0 simulated + 0 attested + 5 not provable + 1 waived + 0 unsteady + 0 failed"
    assert f"8 planned = {sums}" in ended.stdout
    for line in (
        'Then there is a namespace called "nobody-has-made-this"',
        "expected   nobody-has-made-this  to be there",
        "last seen  nobody-has-made-this  missing among ",
        "waived: This one fails on purpose (whoever began this project, until ",
    ):
        assert line in ended.stdout
    assert {"get", "list", "watch"} >= set(standing.asked() - before)
    assert time.monotonic() - began < FIRST_VERDICT


def test_beneath_another_project(project: Project, standing: Standing) -> None:
    """A project in a folder of another one is linted as it is judged: by its own settings, words and names."""
    (project.path / "pyproject.toml").write_text('[tool.pytest]\n[tool.seatrial]\nprovisioning = "nowhere:Nothing"\n')
    ended = project.seatrial("init", "ours", f"--kubeconfig={standing.kubeconfig}", f"--context={LOOKER}")
    ours = _within(project, standing, "ours")
    linted = ours.seatrial("lint")
    assert (0, "features and words are in order\n") == (linted.returncode, linted.stdout), ended.stderr
    assert 0 == ours.seatrial("verify", "features/first.feature", context="").returncode
    assert "features/first.feature::The cluster answers" == ours.results["The cluster answers"]["nodeid"]


def test_without_its_waiver(project: Project, standing: Standing) -> None:
    """Taken out of the file, the waiver lets nothing through any more."""
    project.seatrial("init", "ours", f"--kubeconfig={standing.kubeconfig}", f"--context={LOOKER}", "--ci=none")
    ours = _within(project, standing, "ours")
    settings = ours.path / "pyproject.toml"
    settings.write_text(settings.read_text().partition("# A failure that")[0])
    assert 1 == ours.seatrial("verify", "--patience=0.01", "features/first.feature", context="").returncode
    assert "failed" == ours.verdicts["This one fails on purpose"]


def test_the_five_checks(project: Project, standing: Standing) -> None:
    """Told a namespace and a service, the five checks are judged; the one that changes something says why it is not."""
    put(standing.kubernetes.client, "whole", "begun")
    reach = (f"--kubeconfig={standing.kubeconfig}", f"--context={LOOKER}")
    ended = project.seatrial("init", "ours", "--namespace=begun", "--service=web", "--ci=gitlab", *reach)
    assert 0 == ended.returncode, ended.stderr
    ours = _within(project, standing, "ours")
    assert FILES - {".github/workflows/seatrial.yml"} | {".gitlab-ci.yml"} == _made(ours.path)
    ended = ours.seatrial("verify", "features/checks.feature", context="")
    assert 0 == ended.returncode, ended.stdout
    assert {
        "Every deployment is ready": "proven",
        "Nothing runs as root": "proven",
        "Somebody serves": "proven",
        "A removed pod comes back": "not provable",
        "The API answers within a second": "proven",
    } == ours.verdicts
    assert "the platform is only looked at" == ours.results["A removed pod comes back"]["reason"]


def test_nothing_is_overwritten(project: Project) -> None:
    """A folder that has anything in it is refused and left as it is; Git's own folder is no such thing."""
    full = project.path / "full"
    full.mkdir()
    (full / "README.md").write_text("mine")
    for name, message in (
        ("full", "is not empty (it has README.md); nothing was written"),
        ("full/README.md", "is no"),
    ):
        ended = project.seatrial("init", name)
        assert (4, True) == (ended.returncode, message in ended.stderr), ended.stderr
    assert {"README.md"} == _made(full)
    assert "mine" == (full / "README.md").read_text()
    (project.path / "link").symlink_to(full)
    assert 4 == project.seatrial("init", "link").returncode
    (project.path / "begun" / ".git").mkdir(parents=True)
    assert 0 == project.seatrial("init", "begun").returncode
    assert FILES == _made(project.path / "begun")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--namespace=Not this",), "--namespace Not this: expected a name of small letters, digits and dashes"),
        (('--service=x"\n  Scenario: y',), "--service x"),
        (("--context=a\nb",), r"--context a\nb: expected a text of one line"),
        (("--owner= ",), "--owner: expected a name"),
        (("--ci=jenkins",), "'jenkins' is not one of 'github', 'gitlab', 'none'"),
    ],
)
def test_what_cannot_be_begun(project: Project, arguments: tuple[str, ...], message: str) -> None:
    """What would stand in a file as something else is one message, and nothing is written."""
    ended = project.seatrial("init", "ours", *arguments, context="")
    assert 4 == ended.returncode
    assert message in " ".join(ended.stderr.replace("│", " ").split())
    assert not _made(project.path)


def test_what_others_would_take_for_more(project: Project, standing: Standing) -> None:
    """Quotes and dollars in what is told stay what they are, in TOML and in YAML."""
    context = """a"b'c $(x)"""
    project.seatrial("init", "ours", f"--context={context}", '--owner=O\'Hara "x"')
    ours = _within(project, standing, "ours")
    import tomllib  # noqa: PLC0415

    said = tomllib.loads((ours.path / "pyproject.toml").read_text())["tool"]["seatrial"]
    assert (context, 'O\'Hara "x"') == (said["context"], said["gate"]["waivers"][0]["owner"])
    job = yaml.safe_load((ours.path / ".github/workflows/seatrial.yml").read_text())["jobs"]["verify"]
    line = next(step["run"] for step in job["steps"] if "seatrial verify" in step.get("run", ""))
    echoed = line.replace("seatrial verify --kubeconfig", "printf %s\\\\n").replace("--context", "")
    shown = subprocess.run(["sh", "-c", echoed], capture_output=True, text=True, check=True, env={"RUNNER_TEMP": "/t"})
    assert ["/t/kubeconfig", context] == shown.stdout.splitlines()


def test_on_a_terminal_it_asks(project: Project) -> None:
    """What no option says is asked for where somebody can answer; an empty answer leaves it out."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "init", "ours", "--service=web"]
    begun = subprocess.Popen(command, cwd=project.path, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, b"shop\n\ngitlab\n")
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert 0 == begun.wait(60), said
    assert b"The namespace to look at" in said
    assert 'in the namespace "shop"' in (project.path / "ours/features/checks.feature").read_text()
    assert (project.path / "ours/.gitlab-ci.yml").exists()
    assert "context" not in (project.path / "ours/pyproject.toml").read_text()

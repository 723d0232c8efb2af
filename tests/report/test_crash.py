"""Whatever ends a run, its reports are there and say what was not run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import holds
from tests.harness.project import Project

from .test_formats import Written

pytest_plugins = ["pytester"]

NAMES = {"First", "Second", "Third"}
WORDS = """

import threading
@when("somebody waits for the bus")
def _(pytestconfig):
    (pytestconfig.rootpath / "waiting").touch()
    threading.Event().wait(60)
"""


@pytest.fixture
def waiting(project: Project) -> Project:
    """A project whose second scenario waits for something that never comes."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + WORDS)
    project.scenarios(
        First="Given the shelf is filled",
        Second='When the apple is dyed "black"; And somebody waits for the bus',
        Third="Given the shelf is filled",
    )
    return project


def _until_it_waits(project: Project, *processes: str) -> subprocess.Popen[bytes]:
    code = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "features", *processes]
    with (project.path / "out.txt").open("wb") as out:
        run = subprocess.Popen(command, cwd=project.path, stdout=out, stderr=out)
    there = holds("there", bool)
    eventually((project.path / "waiting").exists, there, within=50)
    return run


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_killed_half_way(waiting: Project, processes: list[str]) -> None:
    """After kill -9, without any other command, every report has every planned scenario and says what was not run."""
    run = _until_it_waits(waiting, *processes)
    os.kill(run.pid, signal.SIGKILL)
    run.wait(50)
    written = Written(waiting.path / "report" / "local")
    written.check(NAMES)
    assert not written.verdict["complete"]
    reasons = {s["scenario"]: s["reason"] for s in written.verdict["scenarios"]}
    assert reasons["Second"].startswith("not ")
    assert "This run did not come to its end" in written.page
    if not processes:
        assert {"First": "", "Third": "not run: the session ended before its turn"} == {
            name: reasons[name] for name in ("First", "Third")
        }


def test_terminated(waiting: Project) -> None:
    """SIGTERM keeps evidence of the step it came in, before anything is undone, and everything is undone."""
    run = _until_it_waits(waiting)
    run.terminate()
    assert 2 == run.wait(50)
    written = Written(waiting.path / "report" / "local")
    written.check(NAMES)
    second = waiting.scenario("Second")
    folder = waiting.path / "report" / "local" / second["evidence"]
    assert "features/shelf.feature:6   And somebody waits for the bus\ninterrupted\n" == _text(folder / "failure.txt")
    assert '"colour": "black"' in _text(folder / "shelf.json")
    assert ["passed", "failed"] == [step["outcome"] for step in second["steps"]]
    assert "undo apple black" in waiting.calls


def test_not_provisioned(project: Project) -> None:
    """When the platform cannot be stood up there is a bundle that says why, and every report."""
    (project.path / "no-wood").touch()
    file = project.path / "theirs.py"
    extra = '''"""Builds shelves."""

    def picture(self, team, target):
        raise OSError("no light")

    def secrets(self, team, target):
        return []

    def diagnose(self, team, target):
        return {"logs/saw.log": "no teeth"}
'''
    file.write_text(file.read_text().replace('"""Builds shelves."""', extra))
    project.scenarios(One="Given the shelf is filled")
    assert 3 == project.run_apart("features").ret
    written = Written(project.path / "report" / "local")
    written.check({"One"})
    folder = written.folder / "evidence" / "provisioning"
    assert "no teeth" == _text(folder / "logs" / "saw.log")
    assert 'the gate "wood is there" was not met' in _text(folder / "failure.txt")


def _text(file: Path) -> str:
    return file.read_text("utf-8")

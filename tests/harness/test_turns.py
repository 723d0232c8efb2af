"""``--times``: a scenario that holds in one turn and fails in another is unsteady, and both are shown."""

from __future__ import annotations

import json

import pytest

from tests.report.test_formats import Written

from .project import Project

pytest_plugins = ["pytester"]

REAL, FAILING = 'Then the apple is "red"', 'Then the apple is "green"'
WAVERING = 'Then outside it is all "fine"'

_WEATHER = '''
from pathlib import Path
from typing import Any
from pytest_bdd import parsers, then
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import rows


@then(parsers.parse('outside it is all "{what}"'))
def _(shelf: Any, what: str) -> None:
    """Every second time it rains: it is painted beside the shelf, where nobody undoes it."""
    file = Path("turns")
    number = len(file.read_text()) if file.exists() else 0
    file.write_text("." * (number + 1))
    sky = {"sky": {"weather": "rain" if number % 2 else "fine"}}
    eventually(lambda: (shelf.rows(), sky)[1], rows("skies", {"sky": {"weather": what}}), within=0.1)
'''


@pytest.fixture(autouse=True)
def _weather(project: Project) -> None:
    with (project.path / "conftest.py").open("a") as file:
        file.write(_WEATHER)


def test_unsteady(project: Project) -> None:
    """It is its own verdict in the sum, fails the run, and shows a turn of each kind side by side."""
    project.scenarios(One=REAL, Two=WAVERING, Three=FAILING)
    result = project.run("features", "--seatrial-times=4", "-v")
    assert 1 == result.ret
    assert {"One": "proven", "Two": "unsteady", "Three": "failed"} == project.verdicts
    result.stdout.fnmatch_lines(
        [
            "features/shelf.feature::Two UNSTEADY*",
            "  expected   sky  weather fine",
            "  last seen  sky  weather rain*",
            "  unsteady   it held in 2 of 4 turns (1, 3) and failed in 2 (2, 4)",
            "             turn 1, held*turn 2, failed",
            "  looks      1 look, 0.0 s*looks, 0.1 s",
            "  last seen  sky  weather fine*sky  weather rain",
            "3 planned = 1 proven + 0 simulated + 0 attested + 0 not provable + 0 waived + 1 unsteady + 1 failed + *",
        ]
    )
    told = project.scenario("Two")
    assert ["proven", "failed", "proven", "failed"] == [turn["verdict"] for turn in told["turns"]]
    assert [True, False, None, None] == [turn["look"] and turn["look"]["held"] for turn in told["turns"]]
    assert ["failed"] * 4 == [turn["verdict"] for turn in project.scenario("Three")["turns"]]
    assert (project.path / "report" / "local" / told["evidence"] / "failure.txt").exists()


@pytest.mark.long
@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_in_every_report(project: Project, processes: list[str]) -> None:
    """Each report has it once, as a failure, with both turns."""
    project.scenarios(One=REAL, Two=WAVERING)
    result = project.run_apart("features", "--seatrial-times=2", *processes)
    assert 1 == result.ret
    written = Written(project.path / "report" / "local")
    written.check({"One", "Two"})
    (failure,) = (part for case in written.cases for part in case if part.tag == "failure")
    assert "unsteady" == failure.get("type")
    assert "turn 1, held" in str(failure.text)
    assert {"One": {"PASSED"}, "Two": {"FAILED", "PASSED"}} == written.statuses()  # the last is that of the hook
    summary = (written.folder / "summary.md").read_text()
    assert "🎲 Two" in summary
    assert "it held in 1 of 2 turns (1) and failed in 1 (2)" in summary
    assert 'class="badge unsteady"' in written.page
    assert "turns: proven, failed" in written.page


def test_turns_that_agree(project: Project) -> None:
    """What holds each time holds, what fails each time fails; the platform is stood up and taken down once."""
    project.scenarios(One=REAL, Two='When the apple is painted "green"; Then the apple is "green"')
    result = project.run("features", "--seatrial-times=3")
    assert 0 == result.ret
    assert {"One": "proven", "Two": "proven"} == project.verdicts
    assert ["up", "down"] == [call.split()[0] for call in project.calls if call.startswith(("up", "down"))]
    assert 3 == len(project.scenario("One")["turns"])


def test_what_cannot_be_judged(project: Project) -> None:
    """It has one turn: the others would say the same."""
    project.scenarios(One="Then nothing of it can be known", Two="Then the fox is heard")
    project.run("features", "--seatrial-times=3")
    assert {"One": "not provable", "Two": "undefined"} == project.verdicts
    assert [1, 1] == [len(scenario["turns"]) for scenario in project.verdict["scenarios"]]


def test_a_waived_one(project: Project) -> None:
    """What is let through where it fails is let through where it fails now and then, and says so."""
    project.scenarios(One=REAL, Two=WAVERING)
    owned = 'reason = "new disks"\nowner = "team shop"\nuntil = 2999-01-31'
    with (project.path / "pyproject.toml").open("a") as file:
        file.write(f"\n[[tool.seatrial.gate.waivers]]\nscenario = {json.dumps('Two')}\n{owned}\n")
    assert 0 == project.run("features", "--seatrial-times=2").ret
    assert {"One": "proven", "Two": "waived"} == project.verdicts
    assert "it held in 1 of 2 turns" in project.scenario("Two")["reason"]


@pytest.mark.parametrize("times", ["0", "-1"])
def test_no_number_of_turns(project: Project, times: str) -> None:
    """It is said before anything is stood up."""
    project.scenarios(One=REAL)
    result = project.run("features", f"--seatrial-times={times}")
    assert 4 == result.ret
    result.stderr.fnmatch_lines([f"*--times {times}: expected a number of turns, 1 or more"])
    assert not project.calls

"""``seatrial sabotage``: what is broken has to be noticed, named, undone, and held again."""

from __future__ import annotations

import pytest

from seatrial.sabotage import witness
from tests.sabotage.conftest import Sabotaged

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(("at_once", "scenarios", "told"), [(1, 9, []), (3, 5, []), (3, 6, ["2"]), (3, 99, ["3"])])
def test_as_many_are_judged_at_a_time_as_the_round_says(at_once: int, scenarios: int, told: list[str]) -> None:
    """A process more is started only where it has enough to do."""
    argv = witness._argv("team", "target", "report", 1.0, [str(n) for n in range(scenarios)], at_once)
    assert told == [argv[n + 1] for n, word in enumerate(argv) if word == "-n"]


def test_a_break_is_noticed_and_undone(project: Sabotaged) -> None:
    """The scenario fails and names the break, the break is undone, the scenario holds again; the exit code is 0."""
    ended = project.seatrial("sabotage")
    assert 0 == ended.returncode, ended.stderr
    assert ["smear apple, written True", "clean apple"] == project.notes
    assert {
        "breaks": 1,
        "noticed": 1,
        "unnoticed": 0,
        "not made": 0,
        "not provable": 0,
        "held again": 1,
    } == project.score["summary"]
    (one,) = project.score["breaks"]
    assert ("failed", "proven", True) == (one["verdict"], one["again"], one["noticed"])
    assert project.score["complete"]
    assert ["up trial local", "down trial"] == project.calls
    assert "1 breaks = 1 noticed + 0 unnoticed + 0 not made + 0 not provable here; 1 hold again" in ended.stderr


def test_a_break_that_nobody_notices_is_named_with_the_scenario(project: Sabotaged) -> None:
    """A scenario that looks elsewhere does not notice: the exit code is 1, and both are named."""
    project.declare("smeared|pear|")
    ended = project.seatrial("sabotage")
    assert 1 == ended.returncode, ended.stderr
    assert "smeared pear: nobody noticed; features/shelf.feature::pear was proven" in ended.stderr
    assert (1, 0) == (project.score["summary"]["unnoticed"], project.score["summary"]["noticed"])


def test_a_failure_that_does_not_name_the_break_is_not_noticing(project: Sabotaged) -> None:
    """The words are asked for: a failure that says something else is none."""
    project.declare("smeared|apple|purple")
    ended = project.seatrial("sabotage")
    assert 1 == ended.returncode, ended.stderr
    assert "smeared apple: features/shelf.feature::apple failed, but did not say 'purple'" in ended.stderr
    assert ["purple"] == project.score["breaks"][0]["missing"]


def test_a_platform_that_seems_to_be_down_is_judged_as_it_is(project: Sabotaged) -> None:
    """Whoever judges what is broken stands nothing up, which would put it right."""
    project.declare("unsettled|apple|black")
    ended = project.seatrial("sabotage")
    assert 0 == ended.returncode, ended.stderr
    assert ["up trial local", "down trial"] == project.calls


def test_a_break_that_cannot_be_made_is_trouble(project: Sabotaged) -> None:
    """Nothing is known of its scenario; the other break of the round is made all the same."""
    project.declare("impossible|pear|", "smeared|apple|black")
    ended = project.seatrial("sabotage")
    assert 3 == ended.returncode, ended.stderr
    assert "impossible pear: could not be broken: LookupError: there is no quince" in ended.stderr
    assert [False, True] == [one["noticed"] for one in project.score["breaks"]]


def test_a_scenario_that_changes_something_undoes_that_alone(project: Sabotaged) -> None:
    """It neither undoes what is broken nor waits for a whole platform: it leaves what it found."""
    project.declare("smeared|painter|black", "smeared beside|pear|grey")
    ended = project.seatrial("sabotage")
    assert 0 == ended.returncode, ended.stderr
    assert "undo plum white" in project.calls
    assert ["proven", "proven"] == [one["again"] for one in project.score["breaks"]]


def test_a_platform_that_is_not_ours_is_not_broken(project: Sabotaged) -> None:
    """It is refused before anything is broken."""
    assert 0 == project.seatrial("up").returncode
    (project.path / "foreign").write_text("it carries the mark of another team")
    ended = project.seatrial("sabotage")
    assert 3 == ended.returncode
    assert "it carries the mark of another team" in ended.stderr
    assert [] == project.notes


def test_nobody_else_judges_what_is_broken(project: Sabotaged) -> None:
    """Another run on the platform is refused meanwhile, and says by whom it is held."""
    project.declare("judged by somebody else|apple|black")
    ended = project.seatrial("sabotage")
    assert 0 == ended.returncode, ended.stderr
    (told,) = [note for note in project.notes if note.startswith("somebody else")]
    assert told.startswith("somebody else: 3 ")
    assert "in use by another seatrial command (pid " in "\n".join(project.notes)


@pytest.mark.parametrize("command", ["verify", "sabotage"])
def test_what_a_killed_sabotage_has_left_is_put_right(project: Sabotaged, command: str) -> None:
    """`kill -9` leaves the break and its journal; whichever run comes next undoes it first."""
    assert 0 == project.seatrial("up").returncode
    project.declare("killed|apple|black")
    assert -9 == project.seatrial("sabotage").returncode
    assert "black" == project.colour("apple")
    project.declare("smeared|apple|black")
    ended = project.seatrial(command)
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert "undone, left by a sabotage that was killed: smear thing apple, colour black" in ended.stderr
    assert "red" == project.colour("apple")


def test_selection(project: Sabotaged) -> None:
    """Scenarios are selected as for `verify`; where nothing can be broken, that is the exit code's own."""
    project.declare("smeared|apple|black", "smeared beside|pear|grey")
    assert 0 == project.seatrial("sabotage", "-k", "pear").returncode
    assert ["smeared beside pear"] == [one["name"] for one in project.score["breaks"]]
    ended = project.seatrial("sabotage", "-k", "plum")
    assert 5 == ended.returncode
    assert "nothing to break on local" in ended.stderr


def test_a_break_of_another_target_is_left_out(project: Sabotaged) -> None:
    """A round is made on its own targets only."""
    assert 0 == project.seatrial("sabotage", "--report=there").returncode
    assert 0 == project.seatrial("sabotage", "--target=oak", "-k", "apple").returncode, "on oak as well"
    oak = (project.path / "report" / "oak" / "sabotage.json").read_text()
    assert "only on oak" in oak
    assert "only on oak" not in (project.path / "there" / "local" / "sabotage.json").read_text()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--target=moon"], "--target moon: no such target"),
        (["features/nowhere.feature"], "the scenarios cannot be collected"),
        (["-k", "two words"], "the scenarios cannot be collected"),
    ],
)
def test_slips(project: Sabotaged, args: list[str], message: str) -> None:
    """A slip of the command line stands nothing up."""
    ended = project.seatrial("sabotage", *args)
    assert (4, []) == (ended.returncode, project.calls), ended.stderr
    assert message in ended.stderr


def test_a_project_without_breaks(project: Sabotaged) -> None:
    """It is told how they are declared."""
    table = (project.path / "pyproject.toml").read_text()
    (project.path / "pyproject.toml").write_text(table.replace("sabotages", "#"))
    ended = project.seatrial("sabotage")
    assert 4 == ended.returncode
    assert 'sabotages = "package.module:SABOTAGES"' in ended.stderr

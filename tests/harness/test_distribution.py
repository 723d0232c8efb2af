"""Several processes give the verdicts that one gives."""

from __future__ import annotations

from .project import Project
from .test_verdicts import EVERY_KIND, EVERY_VERDICT

pytest_plugins = ["pytester"]


def test_the_same_verdicts(project: Project) -> None:
    """With -n 2 every scenario has the verdict that it has without, and the platform is stood up once."""
    project.scenarios(**EVERY_KIND)
    result = project.run_apart("features", "-n2", "--seatrial-patience=0.001", "--junitxml=junit.xml")
    assert 1 == result.ret
    assert set(EVERY_VERDICT) == set(project.junit)
    assert ["skipped"] == project.junit["Absent"]
    assert EVERY_VERDICT == project.verdicts
    assert list(EVERY_KIND) != list(project.verdicts)  # those that disturb come last
    assert ["up trial local"] == [call for call in project.calls if call.startswith("up")]
    assert "down trial" == project.calls[-1]


def test_nothing_selected(project: Project) -> None:
    """With -n 2 nothing is stood up when no scenario is selected."""
    project.scenarios(One="Given the shelf is filled")
    assert 5 == project.run_apart("features", "-n2", "-k", "nothing").ret
    assert not project.calls


def test_a_test_that_names_a_scenario(project: Project) -> None:
    """With -n 2 a test whose parameter is a scenario's id is a test: nothing is stood up or reported for it."""
    (project.path / "test_named.py").write_text(
        "import pytest\n\n@pytest.mark.parametrize('scenario', ['features/shelf.feature::One'])\n"
        "def test_one(scenario):\n    pass\n"
    )
    assert 0 == project.run_apart("test_named.py", "-n2").ret
    assert not project.calls
    assert not (project.path / "report").exists()


def test_a_worker_crashes(project: Project) -> None:
    """A scenario that takes its process with it is an error, what it did is undone, and the others have their turn."""
    project.scenarios(
        Crash='When the apple is painted "black"; And the machine is switched off',
        Whole='When the pear is painted "white"; Then the apple is "red"',
        Red='When the pear is painted "blue"; Then the apple is "red"',
    )
    result = project.run_apart("features", "-n2")
    assert 1 == result.ret
    assert {"Crash": "error", "Whole": "proven", "Red": "proven"} == project.verdicts
    assert "crashed while running" in project.scenario("Crash")["reason"]


def test_provisioning_fails(project: Project) -> None:
    """With -n 2 too, a platform that does not come up makes an error of every scenario."""
    project.scenarios(One="Given the shelf is filled", Two="Given the shelf is filled")
    (project.path / "no-wood").touch()
    assert 3 == project.run_apart("features", "-n2").ret
    assert {"One": "error", "Two": "error"} == project.verdicts


def test_side_by_side(project: Project) -> None:
    """Scenarios that disturb nobody run side by side."""
    project.scenarios(
        Ann='Given the shelf is filled; When "ann" and "bob" meet',
        Bob='Given the shelf is filled; When "bob" and "ann" meet',
    )
    project.run_apart("features", "-n2")
    assert {"Ann": "proven", "Bob": "proven"} == project.verdicts


def test_alone(project: Project) -> None:
    """Disruptive scenarios have the platform to themselves."""
    alone = "Given the shelf is filled; Then nobody else is there"
    project.scenarios(One=alone, Two=alone)
    project.run_apart("features", "-n2")
    assert {"One": "proven", "Two": "proven"} == project.verdicts


def test_collection_error(project: Project) -> None:
    """With -n 2 too, a feature that cannot be read fails the run, and the others are planned."""
    project.scenarios(One="Given the shelf is filled")
    project.feature("Feature: Empty", "other.feature")
    assert 0 != project.run_apart("features", "-n2").ret
    assert ["One"] == list(project.verdicts)

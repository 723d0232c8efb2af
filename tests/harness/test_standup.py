"""The platform is stood up for the scenarios that need it, and left as it was found."""

from __future__ import annotations

from .project import Project

pytest_plugins = ["pytester"]

SHELF = {"One": "Given the shelf is filled", "Two": "Then somebody says no"}


def test_up_and_down(project: Project) -> None:
    """What a run stood up itself it takes down, also when scenarios have failed."""
    project.scenarios(**SHELF)
    project.run("features")
    assert ["up trial local", "down trial"] == project.calls
    assert not (project.path / ".seatrial").exists()


def test_nothing_selected(project: Project) -> None:
    """Nothing is stood up when no scenario is selected, or for a mere collection."""
    project.scenarios(**SHELF)
    assert 5 == project.run("features", "-k", "nothing").ret
    assert 0 == project.run("features", "--collect-only").ret
    assert not project.calls
    assert not (project.path / "report").exists()


def test_keep(project: Project) -> None:
    """`--keep` leaves the platform up, and the next run leaves up what it has found up."""
    project.scenarios(One="Given the shelf is filled")
    project.run("features", "--seatrial-keep")
    project.run("features")
    assert ["up trial local"] == project.calls
    assert "red" == project.colour("apple")


def test_provisioning_fails(project: Project) -> None:
    """A platform that does not come up makes an error of every scenario, with the gate, and exits with 3."""
    project.scenarios(**SHELF)
    (project.path / "no-wood").touch()
    result = project.run("features")
    assert 3 == result.ret
    assert {"One": "error", "Two": "error"} == project.verdicts
    assert 'the gate "wood is there" was not met within 1 s' in project.scenario("One")["reason"]
    assert ["up trial local", "down trial"] == project.calls
    result.stdout.no_fnmatch_line("*Traceback*")


def test_taking_down_fails(project: Project) -> None:
    """A platform that cannot be taken down is said, exits with 3, and loses no verdict."""
    project.scenarios(One="Given the shelf is filled")
    (project.path / "nailed").touch()
    result = project.run("features")
    assert 3 == result.ret
    assert {"One": "proven"} == project.verdicts
    result.stderr.fnmatch_lines(["*the shelf is nailed to the wall. Run `seatrial sweep`."])


def test_unknown_target(project: Project) -> None:
    """A target that the provisioning does not know is one clear message, and nothing is made, no report either."""
    project.scenarios(One="Given the shelf is filled")
    result = project.run("features", "--seatrial-target=moon")
    assert 4 == result.ret
    assert not (project.path / "report").exists()
    result.stderr.fnmatch_lines(["*--target moon: no such target; expected one of local, oak*"])
    assert not (project.path / ".seatrial").exists()


def test_bad_team(project: Project) -> None:
    """A team id that could name a path is refused before anything is made."""
    project.scenarios(One="Given the shelf is filled")
    result = project.run("features", "--seatrial-team=../x")
    assert 4 == result.ret
    result.stderr.fnmatch_lines(["*team id '../x': expected a letter*"])
    assert not project.calls


def test_no_patience(project: Project) -> None:
    """A patience of nothing is refused."""
    project.scenarios(One="Given the shelf is filled")
    result = project.run("features", "--seatrial-patience=0")
    assert 4 == result.ret
    result.stderr.fnmatch_lines(["*--patience 0: expected a number above 0"])


def test_reports_cannot_be_written(project: Project) -> None:
    """Where the reports cannot be written the run says so before anything is stood up."""
    project.scenarios(One="Then somebody says no")
    (project.path / "report").write_text("a file in the way")
    result = project.run("features")
    assert 4 == result.ret
    result.stderr.fnmatch_lines(["*--report report: cannot be written to*"])
    assert not project.calls

"""What cannot be looked at is an error, known at once, and its cause is said once."""

from __future__ import annotations

import time

from .project import Project

pytest_plugins = ["pytester"]

LOSES = """

@given("the shelf is out of reach")
def _(pytestconfig, shelf):
    (pytestconfig.rootpath / "foreign").write_text("the wall does not answer")
    shelf.rows = _refuse

def _refuse():
    raise ConnectionError("no route to the wall")

@then(parsers.parse("within {seconds:d} seconds it is full"))
def _(shelf, seconds):
    eventually(shelf.rows, every("things"), within=seconds)

@given("the shelf is asked by a profile that is not there")
def _(shelf):
    from seatrial.errors import UsageError
    def refuse():
        raise UsageError("AWS cannot be asked: no profile nobody")
    eventually(refuse, every("things"), within=60)
"""


def test_out_of_reach(project: Project) -> None:
    """A platform that does not answer is an error of the scenario that found it and of those after it, at once."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + LOSES)
    later = "Then within 60 seconds it is full"
    project.scenarios(One="Given the shelf is out of reach; Then within 1 seconds it is full", Two=later, Three=later)
    began = time.monotonic()
    result = project.run("features", "--seatrial-keep")
    assert time.monotonic() - began < 30
    assert {"One": "error", "Two": "error", "Three": "error"} == project.verdicts
    result.stdout.fnmatch_lines(["  3 error: trial on local cannot be looked at: the wall does not answer"])


def test_a_platform_that_answers(project: Project) -> None:
    """A look that fails on a platform that answers is a failure as ever: it may well be the platform's."""
    words = project.path / "words.py"
    words.write_text(
        words.read_text()
        + LOSES.replace('(pytestconfig.rootpath / "foreign")', 'open("x", "w")').replace(
            '.write_text("the wall does not answer")', ".close()"
        )
    )
    project.scenarios(One="Given the shelf is out of reach; Then within 1 seconds it is full")
    project.run("features")
    assert {"One": "failed"} == project.verdicts


def test_a_slip_is_no_look(project: Project) -> None:
    """What waiting does not change is an error at once."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + LOSES)
    project.scenarios(One="Given the shelf is asked by a profile that is not there")
    began = time.monotonic()
    project.run("features")
    assert time.monotonic() - began < 30
    assert {"One": "error"} == project.verdicts
    assert "no profile nobody" in project.scenario("One")["reason"]


def test_provisioning_that_breaks(project: Project) -> None:
    """What nobody foresaw while a platform is stood up is one message; where it was is kept as evidence."""
    theirs = project.path / "theirs.py"
    theirs.write_text(theirs.read_text().replace('        log(self._root, f"up {team} {target}")', "        1 / 0"))
    project.scenarios(One="Given the shelf is filled")
    ended = project.seatrial("verify")
    assert 3 == ended.returncode
    said = ended.stdout + ended.stderr
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said
    assert "the platform could not be provisioned: division by zero (ZeroDivisionError)" in said
    kept = project.path / "report" / "local" / "evidence" / "provisioning" / "failure.txt"
    assert "theirs.py" in kept.read_text()

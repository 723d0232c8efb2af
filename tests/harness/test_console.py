"""What a person reads on the console: what is wrong, where, and what to do; nothing of how this is made."""

from __future__ import annotations

import io
import re

import pytest

from seatrial.provisioning.progress import Progress

from .project import Project

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(
    ("word", "first", "error"),
    [
        (
            'raise RuntimeError("a screw is loose")',
            'raise RuntimeError("a screw is loose")',
            "RuntimeError: a screw is",
        ),
        ('pytest.fail("no")', 'pytest.fail("no")', "Failed: no"),
        ("eventually(shelf.rows, 7, within=1)", "eventually(shelf.rows, 7", "TypeError: 'int' object is not callable"),
        ("shelf.no_such_reading()", "shelf.no_such_reading()", "AttributeError: 'Shelf' object has no attribute"),
    ],
)
def test_a_words_own_line_comes_first(project: Project, word: str, first: str, error: str) -> None:
    """The first line of code that is shown is the word's own; none is of this harness, of pytest or of pytest-bdd."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + f'\n\n@given("it is tried")\ndef _(shelf):\n    {word}\n')
    project.scenarios(One="Given it is tried")
    told = project.run("features").outlines
    begin = told.index("features/shelf.feature:3   Given it is tried")
    told = told[begin : next(n for n, line in enumerate(told) if line.startswith("  Evidence:"))]
    shown = next(line for line in told if line.startswith(">"))
    assert shown.lstrip("> ").startswith(first)
    assert any(error in line for line in told)
    said = "\n".join(told)
    assert not re.search(r"(_pytest|pytest_bdd|pluggy|seatrial)/", said), said
    assert "call_fixture_func" not in said
    assert f"words.py:{words.read_text().count(chr(10))}" in said


def test_the_last_line_is_ended(project: Project) -> None:
    """What is said while the platform is taken down does not run into the last scenario's line."""
    theirs = project.path / "theirs.py"
    theirs.write_text(theirs.read_text().replace('        log(self._root, f"down {team}")', _DOWN))
    project.scenarios(One="Given the shelf is filled")
    result = project._pytester.run(
        "sh", "-c", f"{_python()} -c 'from seatrial.cli import main; main()' verify -p no:cacheprovider 2>&1"
    )
    assert 0 == result.ret
    line = next(n for n, text in enumerate(result.outlines) if "One PROVEN" in text)
    assert result.outlines[line].endswith("[100%]")
    assert "take the shelf down" == result.outlines[line + 1]


_DOWN = '        log(self._root, f"down {team}")\n        progress.line("take the shelf down")'


def _python() -> str:
    import sys  # noqa: PLC0415 - for the shell's line alone

    return sys.executable


def test_a_long_build_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing moves, what changes in its numbers only is a line now and then; everything else is a line."""
    now = [0.0]
    monkeypatch.setattr("seatrial.provisioning.progress.time.monotonic", lambda: now[0])
    log = io.StringIO()
    progress = Progress(log)
    for second in range(100):
        now[0] = float(second)
        progress.now(f"building kops 1.36.1: {second} s")
        progress.now(f"building etcd 3.7.3: {second}.5 s")
    progress.now("waiting: every node is ready")
    said = log.getvalue().splitlines()
    assert 9 == len(said)
    assert ["    building kops 1.36.1: 0 s", "    building etcd 3.7.3: 0.5 s"] == said[:2]
    assert "    waiting: every node is ready" == said[-1]


@pytest.mark.parametrize("asked", ["telescop", "nothing_like_it"])
def test_a_fixture_that_is_not_there(project: Project, asked: str) -> None:
    """The step, the word and the fixture are named, with what is meant, and nothing is disturbed for it."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + f'\n\n@given("it is tried")\ndef _({asked}): pass\n')
    project.scenarios(One='When the apple is painted "black"; Given it is tried')
    result = project.run("features")
    assert {"One": "error"} == project.verdicts
    result.stdout.fnmatch_lines(
        [
            "features/shelf.feature:4   Given it is tried",
            f"  no fixture '{asked}', which the word at *words.py:* asks for: *, as in {asked} = instrument(*",
        ]
    )
    assert ("did you mean 'telescope'?" in result.stdout.str()) == (asked == "telescop")
    assert not any("paint" in call for call in project.calls)
    result.stdout.no_fnmatch_line("*available fixtures*")


def test_a_fixture_that_a_step_makes(project: Project) -> None:
    """What an earlier step makes for those after it is there."""
    project.scenarios(One="Given the shelf is filled; And a note was made; Then the note can be read")
    project.run("features")
    assert {"One": "proven"} == project.verdicts


def test_a_table_and_a_text_beneath_a_step(project: Project) -> None:
    """What stands beneath a step is no fixture: its word is given it, and asks nobody else for it."""
    words = project.path / "words.py"
    word = "\n\n@given('{text}')\ndef _(shelf, {what}):\n    shelf.touch()\n    assert {what} == {value!r}\n"
    words.write_text(
        words.read_text()
        + word.format(text="it has these", what="datatable", value=[["thing"], ["apple"]])
        + word.format(text="it says", what="docstring", value="Take one.")
    )
    project.feature(
        """
        Feature: The shelf
          Scenario: One
            Given it has these
              | thing |
              | apple |
            And it says
              \"\"\"
              Take one.
              \"\"\"
        """
    )
    project.run("features")
    assert {"One": "proven"} == project.verdicts


def test_a_misspelled_observer(project: Project) -> None:
    """An observer that the platform does not know at all is an error that names those that it has, not a lack of it."""
    project.scenarios(One="When the telescope is used", Two="When the radio is heard")
    result = project.run("features")
    assert 1 == result.ret
    assert {"One": "error", "Two": "not provable"} == project.verdicts
    reason = project.scenario("One")["reason"]
    assert "instrument('telescope'): the platform on local has no observer of that name" in reason
    assert "it has bell, fogged, mirror, radio, shelf" in reason


def test_a_word_that_looks_at_nothing(project: Project) -> None:
    """It is said what is wrong, where, and what to do."""
    project.scenarios(One="Given a note was made; Then the note can be read")
    result = project.run("features")
    result.stdout.fnmatch_lines(
        [
            "features/shelf.feature:4   Then the note can be read",
            "  nothing was looked at: *; let the word of *",
        ]
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("    def is_up(", "    def was_up(", "Provisioning has no is_up; see Provisioning in"),
        ("    def owned(", "    def belongs(", "TheirPlatform has no owned; see Platform in"),
        ("class Provisioning:", "class Provision:", "cannot be loaded: AttributeError: "),
        (
            "import json\n",
            "import jsonn\n",
            "cannot be loaded: ModuleNotFoundError: No module named 'jsonn' (theirs.py:",
        ),
        ("import json\n", "import json\n1 / 0\n", "cannot be loaded: ZeroDivisionError: division by zero (theirs.py:"),
        ("        self._root = root\n\n    def targets", "\n    def targets", "cannot be loaded: "),
    ],
)
def test_a_provisioning_that_lacks_something(project: Project, before: str, after: str, message: str) -> None:
    """What a project's provisioning lacks is one message with the exit code of a slip, and no traceback."""
    theirs = project.path / "theirs.py"
    assert before in theirs.read_text()
    theirs.write_text(theirs.read_text().replace("from __future__ import annotations\n", "", 1).replace(before, after))
    (project.path / "words.py").write_text(
        "from pytest_bdd import given\n@given('it is tried')\ndef _(shelf): shelf.rows()\n"
    )
    project.scenarios(One="Given it is tried")
    ended = project.seatrial("verify")
    assert 4 == ended.returncode, ended.stdout + ended.stderr
    said = " ".join((ended.stdout + ended.stderr).split())
    assert message in said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said

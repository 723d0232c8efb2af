"""Every planned scenario has exactly one verdict, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import seatrial

from .project import Project

pytest_plugins = ["pytester"]

EVERY_KIND = {
    "Real": 'Given the shelf is filled; Then the apple is "red"',
    "Simulated": 'Given the shelf is filled; Then the mirror shows a "red" apple',
    "Absent": 'When the apple is painted "black"; And the radio is heard',
    "Unknown": 'When the apple is painted "black"; And the telescope is used',
    "Dark": "Then nothing of it can be known",
    "Differs": 'Then the apple is "green"',
    "Refused": "Then somebody says no",
    "Broken": "When the harness breaks",
    "Stuck": 'Given the shelf is filled; When the pear is painted "black", which fails for good',
    "Undefined": 'Given no words for this; Then the apple is "red"',
    "Late": 'When the apple is painted "white"; Then no words for this',
}
EVERY_VERDICT = {
    "Real": "proven",
    "Simulated": "simulated",
    "Absent": "not provable",
    "Unknown": "error",
    "Dark": "not provable",
    "Differs": "failed",
    "Refused": "failed",
    "Broken": "error",
    "Stuck": "error",
    "Undefined": "undefined",
    "Late": "undefined",
}


def test_nothing_was_looked_at(project: Project) -> None:
    """A scenario that passes without a look at the platform is an error, and says so; what it did is undone."""
    project.scenarios(
        Blind='Given a note was made; When the apple is painted "black"; Then the note can be read',
        Seeing='Given the shelf is filled; Then the apple is "red"',
    )
    assert 1 == project.run("features").ret
    assert {"Blind": "error", "Seeing": "proven"} == project.verdicts
    assert "nothing was looked at: none of its steps touched an observer" in project.scenario("Blind")["reason"]


def test_declarations_prove_no_behaviour(project: Project) -> None:
    """A word that claims behaviour and has read settings only proves nothing; one that claims a setting says so."""
    project.scenarios(
        Claims='Given the shelf is filled; Then the apple looks "red"',
        Observes='Given the shelf is filled; Then the apple is "red"',
        Declares='Then the apple should be "red"',
        Both='Then the apple is "red"; And the apple looks "red"',
    )
    project.run("features")
    both = "not provable"
    assert {"Claims": both, "Observes": "proven", "Declares": "proven", "Both": both} == project.verdicts
    reason = project.scenario("Claims")["reason"]
    assert 'Then the apple looks "red": only what was declared was looked at' in reason
    assert "shelf.wishes()" in reason
    steps = {name: project.scenario(name)["steps"] for name in ("Observes", "Declares")}
    assert "observed" == steps["Observes"][-1]["looks"][0]["basis"]
    assert "declared" == steps["Declares"][-1]["looks"][0]["basis"]


def test_every_kind(project: Project) -> None:
    """Each way to end has its verdict, the sum is printed, and verdict.json has the schema that we publish."""
    project.scenarios(**EVERY_KIND)
    result = project.run("features", "--seatrial-patience=0.001")
    assert 1 == result.ret
    assert EVERY_VERDICT == project.verdicts
    result.stdout.fnmatch_lines(
        [
            "*= verdict on local =*",
            "  1 not provable here: local has no radio",
            "11 planned = 1 proven + 1 simulated + * + 2 not provable + * + 2 failed + 3 error + 2 undefined",
        ]
    )
    schema = json.loads(Path(seatrial.__file__).with_name("verdict.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(project.verdict, schema)


def test_nothing_is_disturbed_in_vain(project: Project) -> None:
    """What is not provable or undefined is known before the first step is taken."""
    kinds = {name: EVERY_KIND[name] for name in ("Absent", "Unknown", "Undefined", "Late")}
    project.scenarios(**kinds)
    project.run("features")
    assert ["up trial local", "down trial"] == project.calls
    outcomes = {step["outcome"] for scenario in project.verdict["scenarios"] for step in scenario["steps"]}
    assert {"not taken", "undefined"} == outcomes


def test_undefined_is_told(project: Project) -> None:
    """A scenario whose first step has no words is in the output, with the lines of all such steps, and in JUnit."""
    project.scenarios(One="Given no words for this; When the harness breaks; Then none for that")
    result = project.run("features", "--junitxml=junit.xml")
    assert 1 == result.ret
    lines = ["features/shelf.feature:3   Given no words for this", "features/shelf.feature:5   Then none for that"]
    result.stdout.fnmatch_lines([lines[0], "  undefined: no words for this step", lines[1]])
    assert lines[0] in project.scenario("One")["reason"]
    assert {"One": ["failure"]} == project.junit


def test_ambiguous_step(project: Project) -> None:
    """A step that two words fit is an error that names both, before anything is disturbed."""
    project.scenarios(One='When the apple is painted "white"; Then the apple is "red"')
    words = project.path / "words.py"
    words.write_text(words.read_text() + '\n\n@then(parsers.parse("the apple is {what}"))\ndef _(): pass\n')
    result = project.run("features")
    assert {"One": "error"} == project.verdicts
    assert 2 == project.scenario("One")["reason"].count("fits the word at")
    assert 1 == result.ret
    assert ["up trial local", "down trial"] == project.calls


def test_touched(project: Project) -> None:
    """What the steps touched stands in the verdict, but not what evidence and undoing have looked at."""
    project.scenarios(One='Given the shelf is filled; Then the apple is "blue"', Two="Given the shelf is filled")
    project.run("features")
    assert [{"shelf": "real"}, {"shelf": "real"}] == [s["touched"] for s in project.verdict["scenarios"]]


def test_steps_are_told(project: Project) -> None:
    """Each step stands in the verdict with its line and how it ended, those whose turn did not come included."""
    project.scenarios(
        One='Given the shelf is filled; And a note was made; Then the apple is "blue"; And the note can be read'
    )
    project.run("features")
    steps = [(step["line"], step["keyword"], step["outcome"]) for step in project.scenario("One")["steps"]]
    assert [(3, "Given", "passed"), (4, "And", "passed"), (5, "Then", "failed"), (6, "And", "not taken")] == steps


@pytest.mark.parametrize(
    ("require", "kinds", "code"),
    [
        ("proven", ["Real"], 0),
        ("proven", ["Real", "Simulated"], 1),
        ("simulated", ["Real", "Simulated"], 0),
        ("simulated", ["Real", "Dark"], 1),
        (None, ["Real", "Dark"], 0),
    ],
)
def test_require(project: Project, require: str | None, kinds: list[str], code: int) -> None:
    """`--require` makes a failure of everything weaker."""
    project.scenarios(**{kind: EVERY_KIND[kind] for kind in kinds})
    result = project.run("features", *([f"--seatrial-require={require}"] if require else []))
    assert code == result.ret
    if code:
        result.stdout.fnmatch_lines([f"{require} is required of every scenario; 1 falls short"])


def test_stopped_at_the_first_failure(project: Project) -> None:
    """After -x, what had no turn is an error that says so."""
    project.scenarios(One="Given the shelf is filled", Two="Then somebody says no", Three="Given the shelf is filled")
    assert 1 == project.run("features", "-x").ret
    assert {"One": "proven", "Two": "failed", "Three": "error"} == project.verdicts
    assert "not run: the session ended before its turn" == project.scenario("Three")["reason"]


def test_ctrl_c(project: Project) -> None:
    """Ctrl-C in a step leaves a verdict for every scenario, everything undone, and the platform taken down."""
    project.scenarios(
        One="Given the shelf is filled",
        Two='When the apple is painted "black"; And somebody presses Ctrl-C',
        Three="Given the shelf is filled",
    )
    result = project.run_apart("features")
    assert 2 == result.ret
    assert {"One": "proven", "Two": "error", "Three": "error"} == project.verdicts
    assert "not finished: the session ended during its turn" == project.scenario("Two")["reason"]
    assert ["undo apple black", "verify apple", "down trial"] == project.calls[-3:]
    result.stdout.fnmatch_lines(
        ["3 planned = 1 proven + 0 simulated + 0 attested + 0 not provable + 0 waived + * + 0 failed + 2 error + *"]
    )


def test_collection_error_elsewhere(project: Project) -> None:
    """A feature that cannot be read leaves the others planned, not run, and nothing stood up."""
    project.scenarios(One="Given the shelf is filled")
    project.feature("Feature: Empty", "other.feature")
    assert 2 == project.run("features").ret
    assert {"One": "error"} == project.verdicts
    assert not project.calls


def test_going_on_after_a_collection_error(project: Project) -> None:
    """--continue-on-collection-errors stands the platform up and runs the rest, and still fails."""
    project.scenarios(One="Given the shelf is filled")
    project.feature("Feature: Empty", "other.feature")
    assert 1 == project.run("features", "--continue-on-collection-errors").ret
    assert {"One": "proven"} == project.verdicts


def test_both_reasons(project: Project) -> None:
    """A scenario that fails and cannot be undone either says both."""
    project.scenarios(One='When the apple is painted "black", which fails for good; Then the apple is "red"')
    project.run("features", "--seatrial-patience=0.001")
    reason = project.scenario("One")["reason"]
    assert {"One": "error"} == project.verdicts
    assert 'features/shelf.feature:4   Then the apple is "red"' in reason
    assert "features/shelf.feature:2   One\n  not everything could be undone" in reason
    assert "OSError: the paint is dry" in reason


def test_absent_in_a_fixture(project: Project) -> None:
    """A fixture of the project's own that needs what a target lacks is not provable either."""
    conftest = project.path / "conftest.py"
    conftest.write_text(
        conftest.read_text() + "import pytest\n@pytest.fixture(autouse=True)\ndef tuned(radio): return radio\n"
    )
    project.scenarios(One="Given the shelf is filled")
    assert 0 == project.run("features").ret
    assert {"One": "not provable"} == project.verdicts


def test_reasons_point_into_the_feature(project: Project) -> None:
    """The list of skipped tests names the feature's line and the reason."""
    project.scenarios(One="When the radio is heard")
    result = project.run("features", "-rs")
    result.stdout.fnmatch_lines(["NOT PROVABLE HERE * features/shelf.feature:2: local has no radio"])


def test_junit(project: Project) -> None:
    """JUnit has one case for each scenario, and the reasons of those that are not provable."""
    project.scenarios(**{name: EVERY_KIND[name] for name in ("Real", "Absent", "Differs", "Undefined")})
    project.run("features", "--junitxml=junit.xml")
    assert {"Real": [], "Absent": ["skipped"], "Differs": ["failure"], "Undefined": ["failure"]} == project.junit
    assert 'message="local has no radio"' in (project.path / "junit.xml").read_text()

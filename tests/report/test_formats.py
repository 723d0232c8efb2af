"""JUnit and Cucumber Messages: every planned scenario exactly once, valid, whatever happened."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import seatrial
from tests.harness.project import Project
from tests.harness.test_verdicts import EVERY_KIND, EVERY_VERDICT

pytest_plugins = ["pytester"]

SCHEMAS = Path(__file__).parent / "schemas"
JUNIT_TAGS = {"proven": None, "simulated": None, "not provable": "skipped", "failed": "failure", "undefined": "failure"}


class Written:
    """What a run has left."""

    def __init__(self, folder: Path) -> None:
        self.verdict: dict[str, Any] = json.loads((folder / "verdict.json").read_text())
        self.cases = list(ET.parse(folder / "junit.xml").iter("testcase"))  # noqa: S314 - we have just written it
        self.messages = [json.loads(line) for line in (folder / "messages.ndjson").read_text().splitlines()]
        self.page = (folder.parent / "index.html").read_text()
        self.folder = folder

    def each(self, kind: str) -> list[dict[str, Any]]:
        """Every message of a kind."""
        return [message[kind] for message in self.messages if kind in message]

    def statuses(self) -> dict[str, set[str]]:
        """The statuses of each scenario's steps, by its name."""
        names = {pickle["id"]: pickle["name"] for pickle in self.each("pickle")}
        cases = {case["id"]: names[case["pickleId"]] for case in self.each("testCase")}
        started = {one["id"]: cases[one["testCaseId"]] for one in self.each("testCaseStarted")}
        found: dict[str, set[str]] = {}
        for one in self.each("testStepFinished"):
            found.setdefault(started[one["testCaseStartedId"]], set()).add(one["testStepResult"]["status"])
        return found

    def check(self, names: set[str]) -> None:
        """See that all are valid, and that each planned scenario is in each of them once."""
        schema = json.loads(Path(seatrial.__file__).with_name("verdict.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(self.verdict, schema)
        xmlschema = pytest.importorskip("xmlschema")
        xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd").validate(self.folder / "junit.xml")
        messages = json.loads((SCHEMAS / "cucumber-messages-34.2.1.schema.json").read_text())
        validator = jsonschema.Draft202012Validator(messages)
        for message in self.messages:
            validator.validate(message)
        once = Counter(names)
        assert once == Counter(s["scenario"] for s in self.verdict["scenarios"])
        assert once == Counter(case.get("name") for case in self.cases)
        assert once == Counter(pickle["name"] for pickle in self.each("pickle"))
        assert names == set(self.statuses())
        for kind in ("testCase", "testCaseStarted", "testCaseFinished"):
            assert len(names) == len(self.each(kind))
        assert len(names) == self.page.count('<details class="scenario"')


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_every_kind(project: Project, processes: list[str]) -> None:
    """Each way to end is in every report, with one process and with two."""
    project.scenarios(**EVERY_KIND)
    project.run_apart("features", "--seatrial-patience=0.001", *processes)
    written = Written(project.path / "report" / "local")
    written.check(set(EVERY_KIND))
    cases = {case.get("name"): case for case in written.cases}
    for name, verdict in EVERY_VERDICT.items():
        tag = JUNIT_TAGS.get(verdict, "error")
        told = [part for part in cases[name] if part.tag != "system-out"]
        assert [tag] * bool(tag) == [part.tag for part in told]
        assert all(part.get("message") for part in told)
    statuses = written.statuses()
    assert {"PASSED"} == statuses["Real"]
    assert {"SKIPPED"} == statuses["Absent"]
    assert {"FAILED", "PASSED"} == statuses["Differs"]
    assert {"UNDEFINED", "SKIPPED", "PASSED"} == statuses["Undefined"]
    assert "FAILED" in statuses["Stuck"]
    assert [False] == [one["success"] for one in written.each("testRunFinished")]


def test_rows_and_rules(project: Project) -> None:
    """Rows of an outline, backgrounds, rules, tables and blocks are each in their place."""
    project.feature(
        """
        @fruit
        Feature: The shelf
          What stands on it.

          Background:
            Given the shelf is filled

          Rule: Colours
            They never fade.

            Scenario Outline: Things have colours
              Then the <thing> is "<colour>"

              Examples:
                | thing | colour |
                | apple | red    |
                | pear  | blue   |
        """
    )
    project.run("features")
    written = Written(project.path / "report" / "local")
    names = ["Things have colours (apple, red)", "Things have colours (pear, blue)"]
    assert names == [case.get("name") for case in written.cases]
    assert ["Things have colours"] * 2 == [pickle["name"] for pickle in written.each("pickle")]
    assert [2, 2] == [len(pickle["steps"]) for pickle in written.each("pickle")]
    first = written.verdict["scenarios"][0]
    assert ["Given", "Then"] == [step["keyword"] for step in first["steps"]]
    assert ["fruit"] == first["tags"]
    assert {"Colours": "They never fade."} == written.verdict["features"]["features/shelf.feature"]["rules"]
    assert "What stands on it." in written.page


def test_steps_have_evidence(project: Project) -> None:
    """Each step says what it asked, what it observed and how long that took to hold; a failure what it missed."""
    project.scenarios(One='Given the shelf is filled; When the apple is painted "black"; Then the apple is "red"')
    project.run("features")
    scenario = project.scenario("One")
    given, when, then = (step["looks"] for step in scenario["steps"])
    assert [["shelf.rows()"]] == [look["asked"] for look in given]
    assert [[["", "colour"], ["apple", "red"], ["pear", "green"], ["plum", "blue"]]] == [x["table"] for x in given]
    assert [(True, 1, "eventually", 1.0)] == [(x["held"], x["looks"], x["mode"], x["limit"]) for x in given]
    assert [] == when
    assert [[["apple", "colour red", "colour black"]]] == [look["mismatches"] for look in then]
    assert [("done", "paint thing apple, colour black"), ("undone", "paint thing apple, colour black")] == [
        (happening["kind"], happening["what"]) for happening in scenario["happened"]
    ]
    assert ["apple", "pear", "plum"] == scenario["objects"]
    assert "words.py" in scenario["steps"][0]["word"]


def test_a_file_that_is_gone(project: Project) -> None:
    """A feature that is removed before its run ends keeps its scenario in every report."""
    feature = project.scenarios(One="Given the shelf is filled")
    project.run("features")
    feature.unlink()
    assert 0 == project.seatrial("report").returncode
    Written(project.path / "report" / "local").check({"One"})


def test_texts_that_no_format_takes(project: Project) -> None:
    """Markup, control characters and endless texts in a failure do no harm."""
    words = project.path / "words.py"
    words.write_text(
        words.read_text()
        + '\n@then("it is strange")\ndef _():\n'
        + '    pytest.fail("\\x00\\x1b[31m</script><img src=x>]]> \\ud800 " + "x" * 9000)\n'
    )
    project.scenarios(One="Then it is strange")
    project.run("features")
    written = Written(project.path / "report" / "local")
    written.check({"One"})
    assert "<img src=x>" not in written.page

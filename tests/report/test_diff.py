"""`seatrial diff`: what changed between two runs, and an exit code that says which way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import seatrial
from seatrial.report import diff, markdown
from tests.harness.project import Project

from .runs import run, scenario, step

pytest_plugins = ["pytester"]

PROVEN, SIMULATED, FAILED = scenario(), scenario(verdict="simulated"), scenario(verdict="failed")


def test_runs_by_hand_are_runs() -> None:
    """What these tests write by hand has the schema of what a run writes."""
    schema = json.loads(Path(seatrial.__file__).with_name("verdict.schema.json").read_text())
    jsonschema.validate(run(PROVEN, scenario("Two", "failed")), schema)


@pytest.mark.parametrize(
    ("old", "new", "group", "worse"),
    [
        ([PROVEN], [PROVEN], "", False),
        ([PROVEN], [SIMULATED], "regressed", True),
        ([SIMULATED], [scenario(verdict="not provable")], "regressed", True),
        ([PROVEN], [FAILED], "regressed", True),
        ([FAILED], [PROVEN], "newly_proven", False),
        ([FAILED], [scenario(verdict="error")], "", False),
        ([PROVEN, scenario("Two")], [PROVEN], "disappeared", True),
        ([PROVEN], [PROVEN, scenario("Two", steps=[step("it floats")])], "new", False),
        ([scenario("Old")], [scenario("New")], "moved", False),
        ([PROVEN], [scenario(steps=[step("it floats")])], "reworded", False),
    ],
)
def test_each_change(old: list[dict[str, Any]], new: list[dict[str, Any]], group: str, worse: bool) -> None:
    """Each way to change is told apart, and a scenario that is gone is a regression."""
    found = diff.compare(run(*old), run(*new))
    told = {name for name, changes in found.plain().items() if changes}
    assert ({group} if group else set()) == told
    assert worse == found.worse


def test_a_new_one_that_fails() -> None:
    """A new scenario that fails is a regression as well as new."""
    found = diff.compare(run(PROVEN), run(scenario("Two", "failed", steps=[step("it floats")])))
    assert ["Two"] == [change.scenario for change in found.new]
    assert ["Two"] == [change.scenario for change in found.regressed]
    assert found.worse


def test_moved_and_broken() -> None:
    """A scenario that was moved is held against what it was."""
    found = diff.compare(run(scenario("Old")), run(scenario("New", "failed")))
    assert [["New"], []] == [[c.scenario for c in found.regressed], found.disappeared]


def test_notes() -> None:
    """What makes two runs hard to compare is said."""
    found = diff.compare(run(PROVEN), run(PROVEN, target="kind", complete=False))
    assert ["the targets differ: local, then kind", "the newer run did not come to its end"] == found.notes


def test_command(project: Project) -> None:
    """The command finds a scenario that was removed, in words, as JSON and as Markdown."""
    project.scenarios(One="Given the shelf is filled", Two='Then the apple is "red"')
    project.run("features")
    (project.path / "report" / "local").rename(project.path / "earlier")
    project.scenarios(One="Given the shelf is filled")
    project.run("features")
    ended = project.seatrial("diff", "earlier", "report/local", "--markdown", "diff.md")
    assert 1 == ended.returncode
    assert "disappeared: features/shelf.feature::Two  proven -> gone" in ended.stdout
    assert "### ❌ Disappeared (1)" in (project.path / "diff.md").read_text()
    as_json = json.loads(project.seatrial("diff", "earlier", "report/local", "--json").stdout)
    assert ["Two"] == [change["scenario"] for change in as_json["disappeared"]]
    assert 0 == project.seatrial("diff", "report/local/verdict.json", "report/local").returncode


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory; expected the verdict.json of a run"),
        ("{", "not JSON"),
        ('{"version": 1}', "expected a verdict.json of version 4, got 1; run `seatrial verify` again"),
    ],
)
def test_what_cannot_be_compared(project: Project, text: str | None, message: str) -> None:
    """A run that cannot be read is one message, and the exit code of a slip."""
    if text is not None:
        (project.path / "old.json").write_text(text)
    ended = project.seatrial("diff", "old.json", "old.json")
    assert 4 == ended.returncode
    assert message in " ".join(ended.stderr.split())


def test_markdown_of_a_run() -> None:
    """The summary has the sum, the profiles and each failure, and keeps text from being markup."""
    nasty = scenario("<b>Two</b> | `x`", "failed", reason="```\n<script>")
    text = markdown.of_run(run(PROVEN, nasty, scenario("Three", "not provable", reason="no *radio*")))
    sums = "1 proven + 0 simulated + 0 attested + 1 not provable + 0 waived + 0 unsteady + 1 failed"
    assert text.startswith(f"## ❌ Seatrial on local: 3 planned = {sums}")
    assert "| dns | 3 | 1 | · | · | 1 | · | · | 1 | · | · |" in text
    assert "<summary>❌ &lt;b&gt;Two&lt;/b&gt; &#124; &#96;x&#96; · features/dns/names.feature:2</summary>" in text
    assert "````text\n```\n<script>\n````" in text
    assert "- 1: no &#42;radio&#42;" in text


def test_job_summary(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a job that has a place for a summary, a run adds its own."""
    place = project.path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    project.scenarios(One="Given the shelf is filled")
    project.run("features")
    assert place.read_text().startswith("## ✅ Seatrial on local: 1 planned = 1 proven")

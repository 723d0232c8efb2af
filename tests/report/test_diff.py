"""`seatrial diff`: what changed between two runs, and an exit code that says which way."""

from __future__ import annotations

import json
import time
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


def test_what_is_behind_a_change() -> None:
    """Words that are others are shown, and what became weaker; what is gone is told from what has taken its place."""
    steps = [step("it stands"), step("it floats", table=[["by", "day"]])]
    weaker = scenario(verdict="simulated", touched={"dns": "simulated", "http": "real"}, steps=[steps[0]])
    found = diff.compare(run(scenario(steps=steps)), run(weaker))
    assert [("- Then it floats", "- | by | day |")] == [change.details for change in found.reworded]
    assert [("dns is simulated, and was real",)] == [change.details for change in found.regressed]
    assert "  - Then it floats" in found.lines()
    assert "  \n  &#45; Then it floats" in markdown.of_diff(found, run(), run())
    other = [step("it sails")]
    renamed = diff.compare(run(scenario("It is lost")), run(scenario("It is gone", steps=other)))
    assert [("new in its feature, and most like it: It is gone",)] == [c.details for c in renamed.disappeared]
    assert [()] == [c.details for c in diff.compare(run(PROVEN), run(scenario("Wind", steps=other))).disappeared]


def test_hundreds_of_changes() -> None:
    """What others wrote is compared in a moment, whatever there is of it."""
    began = time.process_time()
    many = [scenario(f"{'ab' * 90}{n}", steps=[step(f"{n} {m}") for m in range(20)]) for n in range(500)]
    other = [one | {"nodeid": f"{one['nodeid']}x", "scenario": f"{one['scenario']}x"} for one in many]
    turned = [one | {"steps": [step(f"{m}") for m in range(20)]} for one in many]
    found = [
        diff.compare(run(*many), run(*(o | {"steps": [step("x")]} for o in other))),
        diff.compare(run(*many), run(*turned)),
    ]
    assert [500, 500] == [len(found[0].disappeared), len(found[1].reworded)]
    assert time.process_time() - began < 20


def test_a_run_of_an_earlier_version(project: Project) -> None:
    """A run of the version that knew no waivers is compared: nothing was waived then."""
    old = run(scenario(), scenario("Two", "failed"))
    for counts in (old["summary"], *old["profiles"].values()):
        del counts["waived"]
    for one in old["scenarios"]:
        del one["waiver"]
    (project.path / "old.json").write_text(json.dumps({**old, "version": 2}))
    (project.path / "new.json").write_text(json.dumps(run(SIMULATED)))
    ended = project.seatrial("diff", "old.json", "new.json")
    assert (1, "") == (ended.returncode, ended.stderr)
    assert "disappeared: features/dns/names.feature::Two  failed -> gone" in ended.stdout
    (project.path / "odd.json").write_text('{"version": 2, "summary": 1, "scenarios": [2], "profiles": [3]}')
    assert 4 == project.seatrial("diff", "odd.json", "new.json").returncode


def test_nobodys_code_is_run(project: Project) -> None:
    """Two runs are compared in a stranger's checkout without running anything of the stranger's."""
    for file in ("conftest.py", "theirs.py", "sitecustomize.py"):
        (project.path / file).write_text("import pathlib; pathlib.Path('ran').touch()\n")
    for name in ("old", "new"):
        (project.path / f"{name}.json").write_text(json.dumps(run(PROVEN)))
    ended = project.seatrial("diff", "old.json", "new.json")
    assert (0, False) == (ended.returncode, (project.path / "ran").exists())


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

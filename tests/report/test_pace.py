"""How long scenarios take to hold: what grew beyond noise is named, and what is too slow for a gate ends a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seatrial.cli.lint_gate import Named, gate_problems
from seatrial.errors import UsageError
from seatrial.report import diff, markdown
from seatrial.report.gating import Gating
from seatrial.report.grouping import Grouping
from seatrial.scenarios import gate
from seatrial.scenarios.gate import Gate, Within
from seatrial.scenarios.pace import to_hold
from seatrial.scenarios.results import told_steps
from seatrial.scenarios.verdict import Result, Verdict
from tests.harness.project import Project

from .runs import run, scenario, step

pytest_plugins = ["pytester"]

NODEID = "features/dns/names.feature::One"
_TWICE = """
from pytest_bdd import then
from seatrial import eventually, rows


@then("the apple is red at the second look")
def _(shelf):
    looks = []

    def observe():
        looks.append(shelf.rows())
        return looks[-1] if len(looks) > 1 else {}

    eventually(observe, rows("things", {"apple": {"colour": "red"}}, exactly=False), within=30)
"""


def look(seconds: float, mode: str = "eventually", *, held: bool = True) -> dict[str, Any]:
    """The end of a convergence that took so long."""
    known = {"asked": [], "basis": "observed", "observed": [], "table": [], "mismatches": [], "as_expected": 1}
    return {**known, "held": held, "looks": 2, "seconds": seconds, "limit": 60.0, "mode": mode}


def waits(*seconds: float, verdict: str = "proven", **rest: Any) -> dict[str, Any]:
    """A scenario that waits in each of its steps."""
    steps = [step(f"it stands {n}", looks=[look(one)], **rest) for n, one in enumerate(seconds)]
    return scenario(verdict=verdict, steps=steps)


def result(*seconds: float, verdict: Verdict = Verdict.PROVEN) -> Result:
    """The same, as a gate judges it."""
    told = waits(*seconds)
    file = told["file"]
    return Result(NODEID, verdict, scenario="One", file=file, tags=["id:D-1", "quick"], steps=told_steps(told["steps"]))


def test_what_is_counted() -> None:
    """What was waited for until it held; neither what was watched for a while, nor what did not hold."""
    looks = [look(2.0), look(30.0, "always"), look(60.0, held=False), look(0.0, "")]
    assert 5.0 == to_hold(told_steps([step(looks=looks), step(looks=[look(3.0)])]))


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [
        (4.9, 8.8, False),  # 3.9 s more, and not twice as long
        (0.4, 1.5, False),  # nearly four times as long, and 1.1 s
        (0.0, 2.0, False),
        (0.0, 2.1, True),
        (3.0, 6.1, True),
        (6.1, 3.0, False),
    ],
)
def test_beyond_noise(before: float, after: float, slower: bool) -> None:
    """It takes both: more than twice as long, and more than two seconds."""
    found = diff.compare(run(waits(before)), run(waits(after)))
    assert slower == bool(found.slower)
    assert not found.worse


def test_what_is_told() -> None:
    """The scenario, and which of its steps take longer by the most."""
    found = diff.compare(run(waits(1.0, 1.0, 1.0)), run(waits(1.0, 9.0, 1.5)))
    assert f"slower: {NODEID}  3.0 s -> 11.5 s" in found.lines()
    assert "  Then it stands 1: 9.0 s, and took 1.0 s" == found.lines()[1]
    assert "  Then it stands 2: 1.5 s, and took 1.0 s" == found.lines()[2]
    assert found.lines()[-1].endswith(
        "0 regressed, 0 disappeared, 0 newly proven, 0 new, 0 moved, 0 reworded, 0 waived, 1 slower"
    )
    assert "### 🐢 Slower (1)" in markdown.of_diff(found, run(), run())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (run(waits(1.0, verdict="failed")), run(waits(9.0))),
        (run(waits(1.0)), run(waits(9.0, verdict="failed"))),
        (run(waits(1.0)), run(waits(4.0, 5.0))),
        (run(waits(1.0), target="kind"), run(waits(9.0))),
    ],
    ids=["failed", "fails", "reworded", "elsewhere"],
)
def test_what_is_not_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What does not hold has taken no time to; other steps, and another target, wait for something else."""
    assert [] == diff.compare(old, new).slower


@pytest.mark.parametrize(
    ("within", "whom"),
    [
        (Within(scenarios={"One": 5}), "it has 5.0 s"),
        (Within(scenarios={"@id:D-1": 5}), "it has 5.0 s"),
        (Within(scenarios={NODEID: 5.5}), "it has 5.5 s"),
        (Within(tags={"quick": 5, "other": 1}), "@quick has 5.0 s"),
        (Within(profiles={"names": 5, "other": 1}), 'the profile "names" has 5.0 s'),
        (Within(tags={"quick": 5}, profiles={"names": 2}), 'the profile "names" has 2.0 s'),
        (Within(scenarios={"One": 9}, tags={"quick": 6}), ""),
        (Within(scenarios={"Two": 1}), ""),
    ],
)
def test_a_gate(within: Within, whom: str) -> None:
    """A scenario that takes longer than it has is told with whose limit it is, and the run is red."""
    gating = Gating(Gate(within=within), Grouping({"names": ["dns"], "other": ["web"]}))
    slow = result(2.0, 4.0)
    assert ([f"too slow: One took 6.0 s to hold; {whom}"] if whom else []) == gating.lines([slow])
    assert bool(whom) == gating.red([slow])
    assert not gating.red([result(1.0, 0.5)])
    assert [] == gating.lines([result(2.0, 4.0, verdict=Verdict.WAIVED)])


def test_a_run(project: Project) -> None:
    """What holds too late for a limit keeps its verdict, and the run is red; in time, or without one, it is green."""
    with (project.path / "conftest.py").open("a") as file:
        file.write(_TWICE)
    project.scenarios(One="Then the apple is red at the second look")
    assert 0 == project.run("features").ret
    settings = project.path / "pyproject.toml"
    before = settings.read_text()
    settings.write_text(before + "\n[tool.seatrial.gate.within.scenarios]\nOne = 0.01\n")
    result = project.run("features")
    assert 1 == result.ret
    assert {"One": "proven"} == project.verdicts
    result.stdout.fnmatch_lines(["too slow: One took * to hold; it has 10 ms"])
    settings.write_text(before + "\n[tool.seatrial.gate.within.scenarios]\nOne = 60\n")
    assert 0 == project.run("features").ret


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenarios = { One = 0 }", "expected a number of seconds above 0"),
        ('tags = { quick = "5" }', "expected a number of seconds above 0"),
        ("scenario = { One = 5 }", "expected scenarios, profiles, tags"),
    ],
)
def test_no_gate(tmp_path: Path, text: str, said: str) -> None:
    """What is no limit is refused, with its place."""
    (tmp_path / "pyproject.toml").write_text(f"[tool.seatrial.gate.within]\n{text}\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml: \[tool\.seatrial\.gate\] within.*" + said):
        gate.read(tmp_path)


def test_a_gate_of_nothing(tmp_path: Path) -> None:
    """A limit for what there is not is a slip that lint finds."""
    limits = "scenarios = { Onne = 5 }\ntags = { quik = 5 }\nprofiles = { nemes = 5 }"
    (tmp_path / "pyproject.toml").write_text(f"[tool.seatrial.gate.within]\n{limits}\n")
    one = Named(NODEID, "One", ["quick"], NODEID, "features/dns/names.feature:2")
    found = [str(problem) for problem in gate_problems(tmp_path, [one], Grouping({"names": ["dns"]}))]
    for table, said in (
        ("profiles", "no profile 'nemes'; near it is: names"),
        ("tags", "no scenario has the tag 'quik'; near it is: quick"),
        ("scenarios", "names no scenario: Onne; near it is: One"),
    ):
        assert any(f"within.{table}: {said}" in line for line in found), found

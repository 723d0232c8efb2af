"""Parts of a run: dealt alike by machines that know nothing of one another, and never taken for a whole one."""

from __future__ import annotations

import json
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.report import artefact
from seatrial.scenarios import sharding
from seatrial.scenarios.sharding import Shard, Sharding
from tests.harness.project import Project

from .test_formats import Written

pytest_plugins = ["pytester"]

HOLDS = 'Given the shelf is filled; Then the apple is "red"'
ALONE = 'When the apple is painted "black"; Then the apple is "black"'
NAMES = [f"{kind}{n}" for kind in ("A", "B") for n in range(4)]


def _shard(project: Project, number: int, of: int, *more: str) -> dict[str, Any]:
    ended = project.run(
        "features", f"--seatrial-shard={number}/{of}", f"--seatrial-report=shards/{number}", "--seatrial-keep", *more
    )
    assert 0 == ended.ret, ended.outlines
    found: dict[str, Any] = artefact.read(project.path / "shards" / str(number) / "local" / "verdict.json", "verdict")
    return found


def test_each_scenario_is_in_one(project: Project) -> None:
    """Four parts have every scenario once; those that have the platform to themselves are dealt out evenly."""
    project.scenarios(**{name: HOLDS if name[0] == "A" else ALONE for name in NAMES})
    runs = [_shard(project, number, 4) for number in (1, 2, 3, 4)]
    told = [[s["scenario"] for s in run["scenarios"]] for run in runs]
    assert Counter(NAMES) == Counter(name for names in told for name in names)
    assert [["A", "B"]] * 4 == [[name[0] for name in names] for names in told]
    assert 1 == len({json.dumps(run["shard"]["plan"]) for run in runs})
    ids = [s["nodeid"] for run in runs for s in run["scenarios"]]
    assert {"scenarios": 8, "sha256": sharding.digest(ids)} == runs[0]["shard"]["plan"]


def test_rows_of_one_outline(project: Project) -> None:
    """They are scenarios as others are, and may be in different parts; what a selection leaves out is in none."""
    rows = "\n".join(f"      | {colour} |" for colour in ("red", "green", "blue"))
    outline = f'    Then the apple is not "<colour>"\n    Examples:\n      | colour |\n{rows}'
    project.feature(f"Feature: Rows\n  Scenario Outline: Row\n{outline}\n  Scenario: Other\n    {HOLDS.split(';')[1]}")
    told = []
    for number in (1, 2, 3):
        shown = project.run("features", "-k", "Row", f"--seatrial-shard={number}/3", "--collect-only", "-q")
        told.append([line for line in shown.outlines if "::" in line])
    assert [1, 1, 1] == [len(lines) for lines in told]
    assert {f"features/shelf.feature::Row ({c})" for c in ("red", "green", "blue")} == {lines[0] for lines in told}


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_no_whole_run(project: Project, processes: list[str]) -> None:
    """A part says so in every report and on the console, and nobody takes it for a run that came to its end."""
    project.scenarios(One=HOLDS, Two=HOLDS, Three=ALONE)
    result = project.run_apart("features", "--seatrial-shard=2/2", *processes)
    assert 0 == result.ret
    result.stdout.fnmatch_lines(["shard 2/2: 1 of 3 planned scenarios, and no whole run; `seatrial report --merge` *"])
    assert {"One": "proven"} == project.verdicts
    assert not project.verdict["complete"]
    shard = project.verdict["shard"]
    assert (2, 2, True, 3) == (shard["number"], shard["of"], shard["ended"], shard["plan"]["scenarios"])
    written = Written(project.path / "report" / "local")
    assert ["One"] == [case.get("name") for case in written.cases]
    assert 3 == written.page.count('<details class="scenario"')  # two of them as what this run has not
    assert (written.folder / "summary.md").read_text().startswith("## 🧩 Seatrial on local, shard 2/2: 1 planned = ")
    assert "A part of a run: shard 2/2: 1 of 3 planned scenarios" in written.page
    assert 'name="seatrial local, shard 2/2"' in (written.folder / "junit.xml").read_text()
    whole = project.seatrial("diff", "report/local", "report/local")
    assert (4, True) == (whole.returncode, "is shard 2/2 of a run" in " ".join(whole.stderr.split()))


def test_a_part_is_never_complete(project: Project) -> None:
    """A report that says that it is a part and that it is whole is none."""
    project.scenarios(One=HOLDS)
    project.run("features", "--seatrial-shard=1/1")
    file = project.path / "report" / "local" / "verdict.json"
    file.write_text(json.dumps({**project.verdict, "complete": True}))
    ended = project.seatrial("report")
    assert (4, True) == (ended.returncode, "complete: False was expected" in " ".join(ended.stderr.split()))


@pytest.mark.parametrize("text", ["", "0/2", "3/2", "1/0", "1", "a/b", "1/2/3", "-1/2", "1/9999999", "٣/٤"])
def test_no_part(project: Project, text: str) -> None:
    """What names none is refused before a platform is stood up."""
    project.scenarios(One=HOLDS)
    result = project.run("features", f"--seatrial-shard={text}")
    assert 4 == result.ret
    result.stderr.fnmatch_lines([f"ERROR: --shard {text}: expected a part and how many there are, as in 2/4 *"])
    assert not project.calls


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_more_parts_than_scenarios(project: Project, processes: list[str]) -> None:
    """All of them are refused alike: whoever got none would have nothing to report."""
    project.scenarios(One=HOLDS, Two=HOLDS)
    for number in (1, 3):
        result = project.run_apart("features", f"--seatrial-shard={number}/3", *processes)
        assert 4 == result.ret
        told = [*result.outlines, *result.errlines]
        assert any(f"--shard {number}/3: 2 scenarios planned; expected no more parts" in line for line in told), told
    assert not project.calls


@pytest.mark.parametrize("option", ["lf", "stepwise"])
def test_what_one_machine_remembers(option: str) -> None:
    """A selection by what failed last is refused: machines would not agree on it; a whole run may have one."""
    config: Any = SimpleNamespace(getoption=lambda name, default: name == option or default)
    with pytest.raises(pytest.UsageError, match="--lf, --sw: what failed last is known to one machine only"):
        Sharding(Shard(1, 2)).pytest_configure(config)
    Sharding(None).pytest_configure(config)


def test_it_is_read() -> None:
    """A part is counted from 1, and named as it is given."""
    assert (Shard(2, 4), "shard 2/4") == (sharding.read("2/4"), str(sharding.read("2/4")))

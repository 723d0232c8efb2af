"""What the specification leaves out, and since when a verdict holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seatrial.errors import UsageError
from seatrial.report import coverage, grouping, history
from seatrial.scenarios.verdict import Result, Verdict
from tests.harness.project import Project

from .runs import run, scenario

pytest_plugins = ["pytester"]

GROUPS = grouping.Grouping({"dns": ["dns"]}, {"DNS": ["dns"], "Logs": ["logs"], "Backing": ["services/backing"]})


def _thing(name: str, *, declared: bool = True, live: bool = True) -> dict[str, Any]:
    return {"kind": "Service", "name": name, "group": "backing", "declared": declared, "live": live}


def test_objects() -> None:
    """An object that a scenario saw by its name is covered, also within a longer name; others are named."""
    picture = {
        "things": [_thing("msvc1"), _thing("msvc2"), _thing("kibana", live=False), _thing("left", declared=False)]
    }
    seen = scenario(objects=["msvc1.team1.example.com", "Pod microservices/msvc2"])
    found = coverage.cover(run(seen), picture, GROUPS, ["the bell is heard (words.py:3)"])
    assert {"manifests": ["Service backing/kibana"], "platform": ["Service backing/left"]} == found.untouched
    assert {"manifests": 3, "platform": 3} == found.things
    assert ["Logs", "Backing"] == found.without_scenario
    assert "1 words are said by no step" in coverage.lines(found)


def test_grouping(tmp_path: Path) -> None:
    """A scenario is of the profiles of its folder or file, and of those that its tags name."""
    groups = grouping.Grouping({"dns": ["dns"], "control plane": ["quorum", "services/backing"]}, {})
    assert ["dns"] == groups.profiles_of("features/dns/records.feature", [])
    assert ["control plane"] == groups.profiles_of("features/services/backing.feature", [])
    assert [] == groups.profiles_of("features/services/backing_two.feature", [])
    assert ["dns", "control plane"] == groups.profiles_of("features/dns/x.feature", ["control-plane"])
    assert grouping.Grouping() == grouping.read(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[profile]\n", "unknown table profile; expected profiles and parts"),
        ("[parts]\nDNS = 3\n", "parts.DNS: expected a list of folders or files, got 3"),
        ("parts = 3\n", "parts: expected a table, got 3"),
        ("[parts\n", "specification.toml: "),
    ],
)
def test_grouping_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    """What is wrong with the grouping is one message that names the file."""
    (tmp_path / "features").mkdir()
    (tmp_path / grouping.FILE).write_text(text)
    with pytest.raises(UsageError, match=message):
        grouping.read(tmp_path)


def test_lint(project: Project) -> None:
    """`lint` names a place in the grouping that no feature is at."""
    project.scenarios(One="Given the shelf is filled")
    (project.path / grouping.FILE).write_text('[parts]\nShelf = ["shelf"]\nBell = ["bell"]\n')
    assert "features/specification.toml: parts.Bell: no feature at features/bell\n" in project.seatrial("lint").stdout


def test_command(project: Project) -> None:
    """`coverage` names parts without a scenario and words that no step says; without a run it says how to get one."""
    project.scenarios(One="Given the shelf is filled")
    assert 4 == project.seatrial("coverage").returncode
    (project.path / grouping.FILE).write_text('[parts]\nShelf = ["shelf"]\nBell = ["bell"]\n')
    project.run("features")
    told = project.seatrial("coverage").stdout
    assert "1 of 2 parts have no scenario\n    Bell\n" in told
    assert "the bell is heard (words.py:" in told


def test_since_when() -> None:
    """A verdict holds since the first run of the unbroken series; what was not run changes nothing."""
    proven, failed = Result("a", Verdict.PROVEN, ran=True), Result("a", Verdict.FAILED, ran=True)
    first = history.carry({}, [proven], 0.0, "c1")
    second = history.carry(first, [proven], 60.0, "c2")
    assert {"verdict": "proven", "since": "1970-01-01T00:00:00Z", "commit": "c1", "runs": 2} == {
        key: second["a"][key] for key in ("verdict", "since", "commit", "runs")
    }
    assert second == history.carry(second, [Result("a", Verdict.ERROR)], 90.0, "c3")
    third = history.carry(second, [failed], 120.0, "c3")
    assert ("failed", "1970-01-01T00:02:00Z", 1) == tuple(third["a"][key] for key in ("verdict", "since", "runs"))


def test_since_when_across_runs(project: Project) -> None:
    """Two runs with the same verdict are one series, and a run of other scenarios does not break it."""
    project.scenarios(One="Given the shelf is filled", Two='Then the apple is "red"')
    project.run("features")
    project.run("features", "-k", "Two")
    project.run("features")
    assert [2, 3] == [project.scenario(name)["since"]["runs"] for name in ("One", "Two")]

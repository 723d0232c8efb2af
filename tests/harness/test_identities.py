"""Identities of scenarios are never masked, cut or merged, whatever they are made of."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from .project import Project

pytest_plugins = ["pytester"]

OUTLINE = """
    Feature: Access by password=hunter2
      @token=tagged
      Scenario Outline: A visitor with <how> is turned away
        Given the shelf is filled
        Then the apple is "<colour>"
        Examples:
          | how                    | colour |
          | token=expired          | red    |
          | token=foreign          | green  |
          | password: none         | red    |
          | password: wrong        | green  |
          | AKIAIOSFODNN7EXAMPLE   | red    |
          | AKIAIOSFODNN7EXAMPLF   | green  |
          | a secret of ours       | red    |
"""


@pytest.fixture
def judged(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A run of scenarios whose names look like secrets, one of them with the value of one."""
    monkeypatch.setenv("OUR_PASSWORD", "a secret of ours")
    project.feature(OUTLINE, "token=x/password=y.feature")
    project.run("features")
    return project


def test_every_report_has_every_scenario(judged: Project) -> None:
    """Each report has each row once, under its own name; the failing ones fail."""
    scenarios = judged.verdict["scenarios"]
    assert 7 == len({s["nodeid"] for s in scenarios}) == len({s["scenario"] for s in scenarios})
    expected = {f"A visitor with {how} is turned away" for how, _ in _rows()}
    assert expected == {s["scenario"] for s in scenarios}
    assert {"features/token=x/password=y.feature"} == {s["file"] for s in scenarios}
    assert {"failed": 3, "proven": 4} == {v: [s["verdict"] for s in scenarios].count(v) for v in ("failed", "proven")}
    assert all(s["tags"] == ["token=tagged"] for s in scenarios)
    folder = judged.path / "report" / "local"
    cases = ET.parse(folder / "junit.xml").iter("testcase")  # noqa: S314 - just written
    assert expected == {case.get("name") for case in cases}
    messages = [json.loads(line) for line in (folder / "messages.ndjson").read_text().splitlines()]
    assert expected == {message["pickle"]["name"] for message in messages if "pickle" in message}
    page = (judged.path / "report" / "index.html").read_text()
    assert 7 == len(re.findall(r'<details class="scenario" id=', page))
    history = json.loads((folder / "history.json").read_text())
    assert 7 == sum("A visitor with" in key for key in json.dumps(history).split('"'))


def test_diff_tells_them_apart(judged: Project) -> None:
    """One row that fails in a newer run is one that has regressed."""
    (judged.path / "report" / "local").rename(judged.path / "earlier")
    text = (judged.path / "features" / "token=x" / "password=y.feature").read_text()
    judged.feature(
        text.replace("token=expired          | red ", "token=expired          | blue"), "token=x/password=y.feature"
    )
    judged.run("features")
    ended = judged.seatrial("diff", "earlier", "report/local", "--json")
    assert 1 == ended.returncode
    found = json.loads(ended.stdout)
    assert ["A visitor with token=expired is turned away"] == [c["scenario"] for c in found["regressed"]]


def _rows() -> list[list[str]]:
    lines = [line.strip(" |").split("|") for line in OUTLINE.splitlines() if line.strip().startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[1:]]

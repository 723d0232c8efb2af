"""The score of a sabotage stands in what later runs say."""

from __future__ import annotations

import json

from seatrial.report import artefact
from tests.sabotage.conftest import Sabotaged

pytest_plugins = ["pytester"]


def test_the_score_stands_in_every_report(project: Sabotaged) -> None:
    """In that of the run before, which is made anew, and in that of the run after: sums, and each miss."""
    assert 0 == project.seatrial("verify").returncode
    assert "sabotage" not in project.verdict
    project.declare("smeared|apple|black", "smeared beside|painter|white")
    assert 1 == project.seatrial("sabotage").returncode
    before = project.verdict["sabotage"]
    ended = project.seatrial("verify")
    assert 0 == ended.returncode, ended.stdout
    assert before == project.verdict["sabotage"]
    assert {"breaks": 2, "noticed": 1, "unnoticed": 1, "not made": 0, "not provable": 0, "held again": 2} == before[
        "summary"
    ]
    assert [{"name": "smeared beside painter", "scenario": "features/shelf.feature::painter"}] == before["unnoticed"]
    told = "1 of 2 breaks noticed, 2 scenarios hold again"
    assert told in ended.stdout
    folder = project.path / "report"
    assert told in (folder / "local" / "summary.md").read_text()
    page = (folder / "index.html").read_text()
    assert told in page
    assert "smeared beside painter" in page


def test_what_is_no_score_is_not_said(project: Sabotaged) -> None:
    """A file that does not fit its schema is left out of the reports."""
    assert 0 == project.seatrial("sabotage").returncode
    file = project.path / "report" / "local" / "sabotage.json"
    assert artefact.read(file, "sabotage")["complete"]
    file.write_text(json.dumps({"version": 1, "summary": "all noticed"}))
    assert 0 == project.seatrial("verify").returncode
    assert "sabotage" not in project.verdict

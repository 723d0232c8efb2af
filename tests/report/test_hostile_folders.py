"""Reports are written into folders of our own; a link that a change has brought along is not followed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from seatrial.cli import reporting
from seatrial.cli.ending import Ended
from seatrial.errors import StateError
from tests.harness.project import Project
from tests.report.runs import run, scenario

pytest_plugins = ["pytester"]


@pytest.fixture
def victim(project: Project) -> Path:
    """Return a folder outside, with names that a run removes and overwrites."""
    folder = project.path.parent / f"victim-{os.getpid()}-{project.path.name}"
    for name in ("evidence", "local/evidence"):
        (folder / name).mkdir(parents=True)
        (folder / name / "work.txt").write_text("years of it")
    for name in ("verdict.json", "index.html", "local/verdict.json"):
        (folder / name).write_text("years of it")
    return folder


@pytest.mark.parametrize("link", ["report", "report/local"])
def test_a_linked_report(project: Project, victim: Path, link: str) -> None:
    """A committed link is refused before anything is stood up; what it leads to stays as it was."""
    project.scenarios(One="Given the shelf is filled")
    before = {path: path.read_bytes() for path in victim.rglob("*") if path.is_file()}
    (project.path / link).parent.mkdir(exist_ok=True)
    (project.path / link).symlink_to(victim)
    ended = project.seatrial("verify")
    assert 4 == ended.returncode, ended.stdout + ended.stderr
    said = ended.stdout + ended.stderr
    assert "Traceback" not in said
    assert f"{link} is a symbolic link, which is not followed: remove it" in said
    assert before == {path: path.read_bytes() for path in victim.rglob("*") if path.is_file()}


def test_a_folder_with_evidence_of_another_kind(project: Project) -> None:
    """A folder that no run has made, with something that a run would remove, is refused."""
    project.scenarios(One="Given the shelf is filled")
    kept = project.path / "docs" / "local" / "evidence" / "photo.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_text("the only one")
    ended = project.seatrial("verify", "--report=docs")
    assert 4 == ended.returncode
    assert "was not made by Seatrial" in ended.stdout + ended.stderr
    assert "the only one" == kept.read_text()


def test_a_linked_file_is_replaced(project: Project, victim: Path) -> None:
    """A link in the place of a report's file gives way to the file."""
    project.scenarios(One="Given the shelf is filled")
    folder = project.path / "report" / "local"
    folder.mkdir(parents=True)
    (folder / "verdict.json").symlink_to(victim / "verdict.json")
    (folder.parent / "index.html").symlink_to(victim / "index.html")
    assert 0 == project.seatrial("verify").returncode
    assert "years of it" == (victim / "verdict.json").read_text() == (victim / "index.html").read_text()
    assert not (folder / "verdict.json").is_symlink()


def test_reports_are_their_owners_alone(project: Project) -> None:
    """Whatever the umask, what a run leaves is readable by nobody else: it tells of a platform."""
    project.scenarios(One="Given the shelf is filled", Two="Then somebody says no")
    before = os.umask(0)
    try:
        project.seatrial("verify")
    finally:
        os.umask(before)
    there = [project.path / "report", *(project.path / "report").rglob("*")]
    assert any("evidence" in path.parts for path in there)
    open_to_others = [path for path in there if path.stat().st_mode & 0o077]
    assert [] == open_to_others


def test_a_linked_comparison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Markdown is asked for, a committed link gives way to it; a linked folder on the way is refused."""
    here, outside = tmp_path / "here", tmp_path / "outside"
    here.mkdir()
    outside.mkdir()
    (outside / "profile").write_text("years of it")
    (here / "verdict.json").write_text(json.dumps(run(scenario())))
    (here / "diff.md").symlink_to(outside / "profile")
    (here / "docs").symlink_to(outside)
    monkeypatch.chdir(here)
    with pytest.raises(Ended):
        reporting.differences(Path("verdict.json"), Path("verdict.json"), Path("diff.md"))
    assert "years of it" == (outside / "profile").read_text()
    assert (here / "diff.md").read_text().startswith("##")
    with pytest.raises(StateError, match="symbolic link"):
        reporting.differences(Path("verdict.json"), Path("verdict.json"), Path("docs/profile"))
    assert "years of it" == (outside / "profile").read_text()

"""What a run leaves in a project's folder."""

from __future__ import annotations

import subprocess

from .project import Project

pytest_plugins = ["pytester"]


def _git(project: Project, *arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    return subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=True).stdout


def test_git_ignores_what_is_made(project: Project) -> None:
    """Git has nothing to say of the state of a platform that is up, or of the reports, wherever they are made."""
    project.scenarios(One="Given the shelf is filled")
    _git(project, "init", "-q")
    project.run("features", "--seatrial-keep")
    assert (project.path / ".seatrial").is_dir()
    project.run("features", "--seatrial-report=out/reports")
    left = [line[3:] for line in _git(project, "status", "--porcelain", "-uall").splitlines()]
    assert [] == [file for file in left if file.startswith((".seatrial", "report", "out"))]
    project.seatrial("down")
    assert not (project.path / ".seatrial").exists()


def test_a_folder_of_the_users(project: Project) -> None:
    """A folder that was there before is the user's: what Git makes of it is left alone."""
    project.scenarios(One="Given the shelf is filled")
    (project.path / "docs").mkdir()
    project.run("features", "--seatrial-report=docs")
    assert not (project.path / "docs" / ".gitignore").exists()


def test_a_target_that_failed_once(project: Project) -> None:
    """A target whose run judged nothing is in the document until another one has judged something."""
    project.scenarios(One="Given the shelf is filled")
    (project.path / "no-wood").touch()
    project.run("features", "--seatrial-target=oak")
    page = project.path / "report" / "index.html"
    assert ">oak<" in page.read_text()
    (project.path / "no-wood").unlink()
    project.run("features")
    assert ">oak<" not in page.read_text()
    assert ">local<" in page.read_text()


def test_a_target_that_was_judged(project: Project) -> None:
    """A target that was judged stays in the document beside the one of the last run."""
    project.scenarios(One="Given the shelf is filled", Two="Then somebody says no")
    project.run("features", "--seatrial-target=oak")
    project.run("features")
    text = (project.path / "report" / "index.html").read_text()
    assert ">oak<" in text
    assert ">local<" in text

"""``seatrial drift``: 0 nothing, 2 drift, 3 trouble, 4 what cannot be done as asked."""

from __future__ import annotations

import json

from .project import Project

pytest_plugins = ["pytester"]


def test_nothing_differs(project: Project) -> None:
    """A platform that is as agreed."""
    assert 0 == project.seatrial("up").returncode
    done = project.seatrial("drift")
    assert (0, "nothing differs") == (done.returncode, done.stdout.strip())


def test_drift(project: Project) -> None:
    """Each difference is a line, with who made it where that is known; the exit code says that there is one."""
    project.seatrial("up")
    (project.path / ".seatrial/trial/shelf/pear").write_text("black")
    (project.path / ".seatrial/trial/shelf/melon").write_text("yellow")
    (project.path / ".seatrial/trial/shelf/plum").unlink()
    done = project.seatrial("drift")
    assert 2 == done.returncode, done.stderr
    assert [
        "melon: nobody agreed on it, set by somebody at noon",
        "pear colour: expected green, found black",
        "plum: missing",
        "3 differences",
    ] == done.stdout.splitlines()


def test_for_machines(project: Project) -> None:
    """The same as JSON."""
    project.seatrial("up")
    (project.path / ".seatrial/trial/shelf/pear").write_text("black")
    done = project.seatrial("drift", "--json")
    assert 2 == done.returncode
    assert [{"thing": "pear", "field": "colour", "wanted": "green", "found": "black", "by": ""}] == json.loads(
        done.stdout
    )


def test_trouble(project: Project) -> None:
    """What cannot be looked at is neither drift nor none."""
    project.seatrial("up")
    (project.path / "fog").touch()
    done = project.seatrial("drift")
    assert (3, "") == (done.returncode, done.stdout)
    assert "seatrial: the shelf cannot be seen" in done.stderr


def test_not_up(project: Project) -> None:
    """A platform that is not up cannot be compared."""
    done = project.seatrial("drift")
    assert 4 == done.returncode
    assert "trial is not up on local; `seatrial up` stands it up" in done.stderr

"""``seatrial drift``: 0 nothing, 2 drift, 3 trouble, 4 what cannot be done as asked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from .project import Project

pytest_plugins = ["pytester"]

_WATCHING = (  # it can be interrupted though the tests may run in the background of a script; and it looks often
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from seatrial.cli import drifting, main; "
    "drifting._EVERY = 0.05; main()"
)


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


def test_watch(project: Project) -> None:
    """What comes and what goes is a line each; trouble is said and looked past; the end says how things are then."""
    project.seatrial("up")
    shelf = project.path / ".seatrial/trial/shelf"
    command = [sys.executable, "-c", _WATCHING, "drift", "--watch"]
    with subprocess.Popen(
        command, cwd=project.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as watching:
        said = watching.stdout
        assert said
        assert "nothing differs" == said.readline().strip()
        (shelf / "pear").write_text("black")
        assert [":", "+ pear colour: expected green, found black"] == _timed(said.readline())
        assert "1 difference" == said.readline().strip()
        (project.path / "fog").touch()
        assert "seatrial: the shelf cannot be seen" in said.readline()
        (project.path / "fog").unlink()
        (shelf / "plum").unlink()
        assert [":", "+ plum: missing"] == _timed(said.readline())
        (shelf / "pear").write_text("green")
        assert [":", "- pear colour: expected green, found black"] == _timed(said.readline())
        watching.send_signal(signal.SIGINT)
        assert 2 == watching.wait(60)
        assert "" == said.read()


def _timed(line: str) -> list[str]:
    at, _, rest = line.strip().partition(" ")
    return [at[2], rest]


def test_a_provisioning_that_prunes_nothing(project: Project) -> None:
    """`up --prune` says so before anything is done."""
    done = project.seatrial("up", "--prune")
    assert (4, "") == (done.returncode, done.stdout)
    assert "cannot remove what nobody agreed on" in done.stderr
    assert not (project.path / ".seatrial/trial/shelf").exists()

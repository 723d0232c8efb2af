"""``seatrial sweep --expired``: shown first, and removed once that is confirmed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from .project import Project

pytest_plugins = ["pytester"]
ASKED = ("sweep", "--expired", "--target", "oak")


@pytest.fixture
def yard(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project of the team in whose yard others have left something."""
    monkeypatch.setenv("COLUMNS", "120")
    file = project.path / "pyproject.toml"
    file.write_text(file.read_text().replace("theirs:", "planned:"))
    return project


def _removed(project: Project) -> list[str]:
    file = project.path / "calls.jsonl"
    return file.read_text().splitlines() if file.exists() else []


def test_nobody_to_ask(yard: Project) -> None:
    """Without a terminal and without --yes everything is shown, and nothing removed."""
    done = yard.seatrial(*ASKED)
    assert 4 == done.returncode
    shown = [line.split() for line in done.stdout.splitlines()]
    assert [
        ["team", "what", "over", "since"],
        ["blue", "plank", "p1", "2026-01-01T00:00:00Z"],
        ["plank", "p2"],
        ["red", "nail", "n1", "2026-02-01"],
    ] == shown[1:5]
    assert "left alone: plank p9: its tag is '\\x1b[2J'" in done.stdout
    assert "not over: green" in done.stdout
    assert "nothing is removed: nobody can be asked here" in done.stderr
    assert [] == _removed(yard)


def test_confirmed_beforehand(yard: Project) -> None:
    """With --yes it is shown and removed; then nothing is over any more."""
    done = yard.seatrial(*ASKED, "--yes")
    assert 0 == done.returncode, done.stderr
    assert ["removed plank p1", "removed plank p2", "removed nail n1", "3 removed"] == done.stdout.splitlines()[-4:]
    assert ['"removed blue"', '"removed red"'] == _removed(yard)
    again = yard.seatrial(*ASKED, "--yes")
    assert (0, "nothing is over") == (again.returncode, again.stdout.splitlines()[-1])


def test_one_that_stays(yard: Project) -> None:
    """What cannot be removed keeps nothing else from it, and is said at the end."""
    (yard.path / "heavy").touch()
    done = yard.seatrial(*ASKED, "--yes")
    assert 3 == done.returncode
    assert "blue cannot be lifted" in done.stderr
    assert ['"removed red"'] == _removed(yard)


@pytest.mark.parametrize(("answer", "code", "removed"), [(b"y\n", 0, 2), (b"n\n", 1, 0)])
def test_asked(yard: Project, answer: bytes, code: int, removed: int) -> None:
    """On a terminal it is asked, and done as is answered."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", *ASKED]
    with subprocess.Popen(command, cwd=yard.path, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, answer)
        said = b""
        while chunk := _read(ours):
            said += chunk
        assert code == process.wait(60), said
    os.close(ours)
    assert b"Remove these 2 platforms?" in said
    assert removed == len(_removed(yard))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody writes to it any more
        return b""


def test_nothing_that_ends(project: Project, yard: Project) -> None:
    """What has no end is refused, and so are options without the one that they belong to."""
    done = yard.seatrial("sweep", "--expired", "--target", "local")
    assert (4, True) == (done.returncode, "nothing here has an end" in done.stderr)
    done = yard.seatrial("sweep", "--yes")
    assert (4, True) == (done.returncode, "expected --expired beside them" in done.stderr)
    file = project.path / "pyproject.toml"
    file.write_text(file.read_text().replace("planned:", "theirs:"))
    done = project.seatrial("sweep", "--expired")
    assert (4, True) == (done.returncode, "is ever over" in done.stderr)

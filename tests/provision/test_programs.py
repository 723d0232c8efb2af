"""Programs end with whatever they have started."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from provision import programs
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to

_STARTS_ANOTHER = 'sleep 600 & echo $! > "$0"; echo begun; wait'


def test_what_it_wrote_is_returned() -> None:
    """The output, the complaints and the exit code are those of the program."""
    done = programs.run(["sh", "-c", "echo said; echo complained >&2; exit 3"], within=30)
    assert (3, "said\n", "complained\n") == (done.returncode, done.stdout, done.stderr)


def test_it_may_write_into_a_log(tmp_path: Path) -> None:
    """With a log, all that it writes is there."""
    with (tmp_path / "log").open("wb") as log:
        programs.run(["sh", "-c", "echo said; echo complained >&2"], within=30, log=log)
    assert "said\ncomplained\n" == (tmp_path / "log").read_text()


def test_one_that_takes_too_long_leaves_nothing_running(tmp_path: Path) -> None:
    """A program that another has started ends with it."""
    started = tmp_path / "pid"
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run(["sh", "-c", _STARTS_ANOTHER, str(started)], within=1)
    _gone(int(started.read_text()))


def test_one_that_does_not_care_ends_as_well(tmp_path: Path) -> None:
    """What stays when its leader ends is made to end."""
    started = tmp_path / "pid"
    stubborn = 'sh -c "trap : TERM; while :; do sleep 1; done" & echo $! > "$0"; wait'
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run(["sh", "-c", stubborn, str(started)], within=1)
    _gone(int(started.read_text()))


def test_an_interruption_leaves_nothing_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it does when we are told to end in the midst of it."""
    started = tmp_path / "pid"

    def interrupted(process: subprocess.Popen[str], *_: object, **__: object) -> None:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        programs.run(["sh", "-c", _STARTS_ANOTHER, str(started)], within=30)
    _gone(int(started.read_text()))


def _gone(pid: int) -> None:
    eventually(lambda: _ended(pid), equal_to(True, "it has ended"), within=30)


def _ended(pid: int) -> bool:
    """Return whether it is only remembered, where nobody has asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True

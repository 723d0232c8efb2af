"""Nothing that another user passes off as a platform's process is ended; what is a platform's own is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from seatrial.provisioning.processes import MARK, ProcessSpec, ProcessTable
from seatrial.provisioning.state import HOME, PlatformState

NOBODY = 65534
SLEEP = "import time; time.sleep(600)"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can run a process as another user")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that sleeps, with a mark in its environment, as some user; it is ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(mark: str, user: int | None = None, program: str = "/bin/sleep") -> subprocess.Popen[bytes]:
        argv = [program, "600"] if program == "/bin/sleep" else [program, "-c", SLEEP]
        started.append(subprocess.Popen(argv, env={MARK: mark}, user=user, cwd="/", start_new_session=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def record(process: subprocess.Popen[bytes], **more: object) -> dict[str, object]:
    """Write the record of a process as somebody would who knows all of it that can be seen."""
    found = psutil.Process(process.pid)
    facts = {"pid": found.pid, "created": found.create_time(), "program": found.exe()}
    return {"argv": ["x"], "env": {}, "cwd": None, "status": "running", **facts, **more}


@as_root
def test_another_users_process_with_our_mark(state: PlatformState, table: ProcessTable, start: Start) -> None:
    """The variable alone is nothing: whoever sets it, to whatever, keeps his process."""
    table.start(ProcessSpec("one", ["/bin/sleep", "600"], {}))
    theirs = [start(mark, NOBODY) for mark in (table.mark("one"), f"{state.dir}#one", f"{state.dir}#two#x")]
    table.kill("one")
    assert [] == table.sweep()
    assert [None] * 3 == [process.poll() for process in theirs]


def test_our_own_process_without_the_secret(state: PlatformState, table: ProcessTable, start: Start) -> None:
    """One that runs as we do, as a program of another user's may by its set-user-id bit, does not know the secret."""
    table.start(ProcessSpec("one", ["/bin/sleep", "600"], {}))
    guesses = [start(mark) for mark in (f"{state.dir}#one", f"{state.dir}#one#", f"{state.dir}#one#{'0' * 32}")]
    table.kill("one")
    assert [] == table.sweep()
    assert [None] * 3 == [process.poll() for process in guesses]


@pytest.mark.parametrize("mark", ["", "{dir}#one", "{dir}#one#guess", "{dir}#two#guess"])
def test_a_forged_record(state: PlatformState, table: ProcessTable, start: Start, mark: str) -> None:
    """A record that has number, time and program right is not enough: the process must carry the mark."""
    state.path("any")
    table.mark("one")
    stranger = start(mark.format(dir=state.dir))
    state.write("processes/one", record(stranger))
    assert not table.alive("one")
    table.kill("one")
    state.write("processes/one", record(stranger))
    assert [] == table.sweep()
    assert stranger.poll() is None


def test_a_record_of_another_program(state: PlatformState, table: ProcessTable) -> None:
    """Each fact counts: the program of the record must be the one that runs."""
    table.start(ProcessSpec("one", ["/bin/sleep", "600"], {}))
    good = state.read("processes/one") or {}
    assert table.alive("one")
    state.write("processes/one", {**good, "program": "/usr/sbin/sshd"})
    assert not table.alive("one")
    state.write("processes/one", good)
    assert table.alive("one")


@as_root
def test_a_forged_record_of_another_users_process(state: PlatformState, table: ProcessTable, start: Start) -> None:
    """Not even one that carries the very mark is ended when it is another user's."""
    state.path("any")
    stranger = start(table.mark("one"), NOBODY)
    state.write("processes/one", record(stranger))
    assert not table.alive("one")
    assert [] == table.sweep()
    assert stranger.poll() is None


@as_root
def test_a_stray_of_another_user(state: PlatformState, start: Start) -> None:
    """Another user's process does not make us take a platform for one that was left."""
    home = state.dir.parent
    theirs = start(f"{home / 'left'}#one#x", NOBODY)
    ours = start(f"{home / 'lost'}#one#x")
    assert ["lost"] == ProcessTable.strays(home)
    assert (None, None) == (theirs.poll(), ours.poll())


@pytest.mark.parametrize("team", ["..", "../../victim", ".", "a/b", "", "A", "x;y", "x" * 40])
def test_a_stray_with_a_name_that_leads_elsewhere(state: PlatformState, start: Start, team: str) -> None:
    """A team that is no name is not one of ours."""
    start(f"{state.dir.parent}/{team}#one#x")
    assert [] == ProcessTable.strays(state.dir.parent)


def test_a_platform_whose_state_is_gone(tmp_path: Path, start: Start) -> None:
    """What we ourselves have left running is found without the secret, which went with the state."""
    left = start(f"{tmp_path / HOME / 'team2'}#one#long-gone")
    assert ["team2"] == ProcessTable.strays(tmp_path / HOME)
    assert ["one"] == ProcessTable(PlatformState(tmp_path, "team2")).sweep()
    left.wait(10)


def test_what_a_killed_command_left_before_it_had_a_secret(state: PlatformState, start: Start) -> None:
    """A command that was killed before the platform's secret was recorded had one of its own: that is found, too."""
    early = start(f"{state.dir}#up#of-the-killed-command")
    state.path("any")
    table = ProcessTable(state)
    table.mark("up")
    state.write("mark", {**(state.read("mark") or {}), "since": time.time() + 60})  # as if it had come much later
    assert ["up"] == table.sweep()
    early.wait(10)


def test_the_secret_is_recorded_where_nobody_else_reads_it(state: PlatformState, table: ProcessTable) -> None:
    """Marks of one platform share its secret, whoever asks; another platform has another."""
    with table.marking("up"):
        before = os.environ[MARK]
        assert not state.exists()
        state.path("any")
        secret = table.mark("one").rpartition("#")[2]
    assert before.rpartition("#")[2] == secret == ProcessTable(state).mark("two").rpartition("#")[2]
    assert 32 == len(secret)
    assert 0o600 == (state.dir / "mark.json").stat().st_mode & 0o777
    other = PlatformState(state.dir.parent.parent, "team2")
    other.path("any")
    assert secret != ProcessTable(other).mark("one").rpartition("#")[2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process by a descriptor")
def test_a_process_is_held_while_it_is_signalled(table: ProcessTable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals go to a descriptor of the process, never to its number."""

    def refuse(*_: object) -> None:
        pytest.fail("a signal was sent to a number")

    monkeypatch.setattr(os, "kill", refuse)
    monkeypatch.setattr(psutil.Process, "send_signal", refuse)
    table.start(ProcessSpec("one", ["/bin/sleep", "600"], {}))
    table.stop("one", 1)
    assert not table.alive("one")

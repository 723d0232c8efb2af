"""The state directory: atomic, private, locked, and clear about what is wrong with it."""

from __future__ import annotations

import multiprocessing
import os
import stat
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from seatrial.provisioning.state import PlatformState, StateError, platforms


@pytest.fixture
def state(tmp_path: Path) -> PlatformState:
    return PlatformState(tmp_path, "team1")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nothing_is_made_before_something_is_recorded(state: PlatformState) -> None:
    """Looking at a platform that never was leaves no trace."""
    assert (False, None, []) == (state.exists(), state.read("addresses"), state.names("processes"))
    assert not state.dir.parent.exists()


def test_a_record_is_read_as_it_was_written(state: PlatformState) -> None:
    """A record survives the object that wrote it."""
    state.write("processes/etcd-1", {"pid": 7})
    assert {"pid": 7} == PlatformState(state.dir.parent.parent, "team1").read("processes/etcd-1")
    assert ["processes/etcd-1"] == state.names("processes")


def test_only_the_owner_may_look(state: PlatformState) -> None:
    """Directories have mode 0700 and files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        state.write("processes/etcd-1", {})
        state.append("journal", {})
    finally:
        os.umask(before)
    assert [0o700, 0o700] == [mode(state.dir), mode(state.dir / "processes")]
    assert [0o600, 0o600] == [mode(state.dir / "processes/etcd-1.json"), mode(state.dir / "journal.jsonl")]


def test_a_damaged_record_is_one_clear_error(state: PlatformState) -> None:
    """The message names the file and what to do."""
    state.write("addresses", {})
    (state.dir / "addresses.json").write_text("{", encoding="utf-8")
    with pytest.raises(StateError, match=r"addresses\.json is not valid JSON .* run `seatrial sweep`"):
        state.read("addresses")


def test_a_record_of_another_shape_is_one_clear_error(state: PlatformState) -> None:
    """A record is an object."""
    state.write("addresses", {})
    (state.dir / "addresses.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StateError, match=r"should hold a JSON object, got list"):
        state.read("addresses")


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    """A file where the directory should be stands for whatever the system refuses, to root as well."""
    (tmp_path / ".seatrial").write_text("", encoding="utf-8")
    with pytest.raises(StateError, match=r"\.seatrial is a file; .*: move the file away"):
        PlatformState(tmp_path, "team1").write("addresses", {})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_directory_is_one_clear_error(tmp_path: Path) -> None:
    """The message says which directory to make writable."""
    tmp_path.chmod(0o500)
    with pytest.raises(StateError, match=r"Permission denied; make .* writable"):
        PlatformState(tmp_path, "team1").write("addresses", {})


def test_a_log_keeps_its_order(state: PlatformState) -> None:
    """Lines come back oldest first."""
    for number in range(3):
        state.append("journal", {"n": number})
    assert [0, 1, 2] == [record["n"] for record in state.records("journal")]


def test_a_line_cut_short_by_a_crash_is_left_out(state: PlatformState) -> None:
    """What a crash left of the last line does not hide the others."""
    state.append("journal", {"n": 1})
    with (state.dir / "journal.jsonl").open("a") as file:
        file.write('{"n": ')
    assert [{"n": 1}] == state.records("journal")


def hold(root: Path, held: Event, end: Event) -> None:
    """Hold the lock of team1 until told to end."""
    with PlatformState(root, "team1").lock():
        held.set()
        end.wait(30)


def test_the_lock_says_who_holds_it(state: PlatformState) -> None:
    """A second command is refused with the pid of the first; it gets in when that has died."""
    context = multiprocessing.get_context("spawn")
    held, end = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(state.dir.parent.parent, held, end))
    holder.start()
    try:
        assert held.wait(30)
        with pytest.raises(StateError, match=rf"in use by another seatrial command \(pid {holder.pid}\)"), state.lock():
            pass
    finally:
        holder.kill()
        holder.join()
    with state.lock():
        pass


def test_removing_the_last_platform_leaves_nothing(tmp_path: Path) -> None:
    """Platforms are removed one by one, their common folder with the last."""
    one, other = PlatformState(tmp_path, "team1"), PlatformState(tmp_path, "team2")
    one.write("addresses", {})
    other.write("addresses", {})
    assert ["team1", "team2"] == [state.team for state in platforms(tmp_path)]
    one.remove()
    assert ["team2"] == [state.team for state in platforms(tmp_path)]
    other.remove()
    assert [] == list(tmp_path.iterdir())


def test_a_platform_may_be_removed_under_its_own_lock(state: PlatformState) -> None:
    """Teardown ends so; the next command starts over."""
    with state.lock():
        state.write("addresses", {})
        state.remove()
    with state.lock():
        assert state.read("addresses") is None

"""State that another user could have written, or that leads elsewhere: refused, and nothing outside is touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning.state import PlatformState, StateError, platforms

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Return a folder that is none of ours, with a platform's name on a folder in it."""
    folder = tmp_path / "victim"
    (folder / "precious").mkdir(parents=True)
    (folder / "precious" / "work.txt").write_text("years of it")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the root of a project."""
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def unharmed(victim: Path) -> bool:
    return ["precious"] == [path.name for path in victim.iterdir()] and (
        victim / "precious" / "work.txt"
    ).read_text() == "years of it"


def swept(root: Path) -> None:
    """Remove every platform, as a sweep does."""
    for state in platforms(root):
        state.remove()


def test_a_linked_folder_of_all_platforms(root: Path, victim: Path) -> None:
    """A `.seatrial` that was committed as a link is refused; what it leads to stays."""
    (root / ".seatrial").symlink_to(victim)
    with pytest.raises(StateError, match=r"\.seatrial is a symbolic link, which is not followed: remove it"):
        swept(root)
    with pytest.raises(StateError, match="is a symbolic link"):
        PlatformState(root, "precious").remove()
    with pytest.raises(StateError, match="is a symbolic link"):
        PlatformState(root, "team1").write("addresses", {})
    assert unharmed(victim)


def test_a_folder_that_we_did_not_make(root: Path, victim: Path) -> None:
    """A `.seatrial` that somebody else has made, and has something in, is not removed."""
    victim.rename(root / ".seatrial")
    with pytest.raises(StateError, match=r"made by Seatrial|has made"):
        swept(root)
    assert unharmed(root / ".seatrial")


@pytest.mark.parametrize("inside", ["", "processes"])
def test_a_linked_folder_in_the_state(root: Path, victim: Path, inside: str) -> None:
    """Nothing is written or read through a link, at whatever depth; a link is removed, not what it leads to."""
    PlatformState(root, "other").write("addresses", {})
    state = PlatformState(root, "team1")
    link = state.dir / inside
    link.parent.mkdir(mode=0o700, exist_ok=True)
    link.symlink_to(victim)
    ways: list[Callable[[], object]] = [
        lambda: state.write("processes/moto", {}),
        lambda: state.read("processes/moto"),
    ]
    for do in ways:
        with pytest.raises(StateError, match="is a symbolic link"):
            do()
    with suppress(StateError):
        state.remove()
    assert unharmed(victim)


@pytest.mark.parametrize("name", ["addresses", "journal"])
def test_a_linked_file(root: Path, victim: Path, name: str) -> None:
    """A file's link is not followed either."""
    state = PlatformState(root, "team1")
    state.write("platform", {})
    for ending in ("json", "jsonl"):
        (state.dir / f"{name}.{ending}").symlink_to(victim / "precious" / "work.txt")
    for do in (lambda: state.read(name), lambda: state.records(name), lambda: state.append(name, {})):
        with pytest.raises(StateError, match="is a symbolic link"):
            do()
    state.write(name, {"ours": True})
    assert {"ours": True} == state.read(name)
    assert unharmed(victim)


@pytest.mark.parametrize("team", ["..", "../../victim", "a/b", "", ".", "A", "x" * 21, "team\n"])
def test_a_name_that_leads_elsewhere(root: Path, team: str) -> None:
    """A team's id is checked wherever a path is made of it."""
    with pytest.raises(UsageError, match="team id"):
        PlatformState(root, team)


def test_a_name_that_leads_elsewhere_within(root: Path) -> None:
    """So is the name of a file in the state."""
    with pytest.raises((SeatrialError, ValueError)):
        PlatformState(root, "team1").path("..", "..", "outside", "x")
    assert not (root / "outside").exists()


@pytest.mark.parametrize("what", ["", "platform.json"])
@pytest.mark.parametrize("mode", [0o770, 0o777, 0o602])
def test_writable_by_others(root: Path, what: str, mode: int) -> None:
    """What others may write is refused with one message that says what to do."""
    state = PlatformState(root, "team1")
    state.write("platform", {"up": True})
    (state.dir / what).chmod(mode if what else mode | 0o100)
    with pytest.raises(StateError, match=r"may be written by other users \(mode 0.*chmod go-w"):
        state.read("platform")


@as_root
@pytest.mark.parametrize("what", ["..", ".", "platform.json"])
def test_of_another_user(root: Path, what: str) -> None:
    """What belongs to another user is neither read nor removed."""
    state = PlatformState(root, "team1")
    state.write("platform", {"up": True})
    os.chown(state.dir / what, NOBODY, NOBODY)
    with pytest.raises(StateError, match=r"belongs to another user \(uid 65534\): its content is not trusted"):
        state.read("platform")
    if what != "platform.json":
        with pytest.raises(StateError, match="belongs to another user"):
            state.remove()
        assert (state.dir / "platform.json").exists()


@as_root
def test_a_mark_of_another_user(root: Path) -> None:
    """A mark that another user has made is none."""
    PlatformState(root, "team1").write("platform", {})
    os.chown(root / ".seatrial" / ".seatrial-root", NOBODY, NOBODY)
    with pytest.raises(StateError, match="made by Seatrial"):
        PlatformState(root, "team1").remove()
    assert (root / ".seatrial" / "team1" / "platform.json").exists()

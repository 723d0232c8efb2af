"""Roots: folders that we made, and marked, so that what lies in them may be removed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from seatrial.contained.folders import MARKER, not_ours, open_one, opened, see_marked

__all__ = ["MARKER", "drop_root", "ignore", "make_root"]

_IGNORED = ".gitignore"
_NOTE = b"Made by Seatrial, which may remove everything in this folder.\n"


def make_root(
    path: Path, *, below: Path, taken: Callable[[Sequence[str]], bool] | None = None, ignored: bool = False
) -> Path:
    """Return the root *path*; it is made and marked if it is not there.

    Args:
        path: The folder.
        below: A folder above it that is taken as it is; those between are made, and are no links.
        taken: Says of the names in a folder that is there without a mark whether it is taken for ours; an empty one
            is in any case.
        ignored: Have Git ignore a folder that is made or marked now.

    Raises:
        StateError: If the folder is a link, another user's, may be written by others, or was not made by us.
        OSError: If it cannot be made.
    """
    while True:
        with opened(path.parent, make=True, below=below) as parent:
            handle = open_one(path, parent, make=True)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)  # whoever removes it holds it alone
            if not _still_there(handle, path):
                continue
            names = os.listdir(handle)
            if MARKER not in names:
                if names and not (taken and taken(names)):
                    raise not_ours(path, names)
                with suppress(FileExistsError):  # by another process, meanwhile
                    os.close(_mark(handle))
                    if ignored:
                        ignore(handle)
            see_marked(handle, path)
        finally:
            os.close(handle)
        return path


def drop_root(path: Path) -> bool:
    """Remove a root that has nothing in it any more; say whether it is gone.

    Raises:
        StateError: If it is not ours.
    """
    handle = open_one(path)
    try:
        see_marked(handle, path)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        names = os.listdir(handle)
        if not set(names) <= {MARKER, _IGNORED}:
            return False
        for name in names:
            os.unlink(name, dir_fd=handle)
        try:
            path.rmdir()
        except OSError:
            os.close(_mark(handle))
            if _IGNORED in names:
                ignore(handle)
            return False
    except BlockingIOError:  # somebody is making something in it
        return False
    finally:
        os.close(handle)
    return True


def ignore(folder: int | Path) -> None:
    """Have Git ignore everything in a folder of ours, this file included; one that is there is left as it is."""
    within: dict[str, int] = {"dir_fd": folder} if isinstance(folder, int) else {}
    name = _IGNORED if isinstance(folder, int) else folder / _IGNORED
    with suppress(FileExistsError):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, **within)
        os.write(file, b"*\n")
        os.close(file)


def _mark(handle: int) -> int:
    file = os.open(MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=handle)
    os.write(file, _NOTE)
    return file


def _still_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False

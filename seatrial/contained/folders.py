"""Folders, opened one below the other by descriptors: none is a link, none is somebody else's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from seatrial.contained.names import check_name
from seatrial.errors import StateError

MARKER = ".seatrial-root"
"""The file that marks a folder as a root: made by us, and owned by us."""

_FOLDER, _OTHERS_WRITE = 0o700, stat.S_IWGRP | stat.S_IWOTH
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class UnmarkedError(StateError):
    """A folder that we did not make, where only one that we made will do."""


@contextmanager
def opened(path: Path, *, make: bool = False, marked: bool = True, below: Path | None = None) -> Iterator[int]:
    """Open a folder, and each on the way to it, by its descriptor; closed at the end.

    Args:
        path: The folder.
        make: Make those that are missing, private to their owner.
        marked: Refuse a folder that lies in no root; else the way to it begins at the nearest folder that is there.
        below: Where the way begins: a folder that is taken as it is, such as the project's root. The nearest root
            where it is left out, which is checked as well.

    Raises:
        StateError: If one is a link or another user's, or may be written by others; or there is no root above it.
        OSError: If one is missing, is a file, or cannot be opened or made.
    """
    start = below or root_of(path, marked=marked)
    parts = path.relative_to(start).parts
    for part in parts:
        if below is None and marked:
            check_name(part)
        elif part == "..":
            raise StateError(f"{path}: expected a path without '..'")
    handle = os.open(start, _OPEN & ~os.O_NOFOLLOW) if below is not None else open_one(start)
    try:
        if below is None and marked:
            see_marked(handle, start)
        for number in range(1, len(parts) + 1):
            deeper = open_one(start.joinpath(*parts[:number]), handle, make=make)
            os.close(handle)
            handle = deeper
        yield handle
    finally:
        os.close(handle)


def folder(*parts: Path | str, below: Path | None = None) -> Path:
    """Return a folder at or below a root; what is missing of it is made.

    Raises:
        StateError: As `opened` does.
        OSError: If one cannot be made, or is a file.
    """
    path = Path(*parts)
    with opened(path, make=True, marked=False, below=below):
        return path


def root_of(path: Path, *, marked: bool = True) -> Path:
    """Return the nearest root at or above *path*; where there is none, the nearest folder unless it must be *marked*.

    Raises:
        StateError: If there is none.
    """
    if ".." not in path.parts:
        above = (path, *path.parents)
        for one in above:
            if os.path.lexists(one / MARKER):
                return one
        if not marked:
            return next(one for one in above if os.path.lexists(one))
    raise UnmarkedError(f"{path} lies in no folder that Seatrial has made: nothing there is written or removed")


def open_one(path: Path, parent: int | None = None, *, make: bool = False) -> int:
    """Return a descriptor of one folder, by its name below *parent*, or by its path.

    Raises:
        StateError: If it is a link or another user's, or may be written by others.
        OSError: If it is missing, is a file, or cannot be opened or made.
    """
    name: Path | str = path if parent is None else path.name
    try:
        handle = os.open(name, _OPEN, dir_fd=parent)
    except FileNotFoundError:
        if not make:
            raise
        with suppress(FileExistsError):  # made by another process, meanwhile
            os.mkdir(name, _FOLDER, dir_fd=parent)
        return open_one(path, parent)
    except OSError:
        if stat.S_ISLNK(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise StateError(f"{path} is a symbolic link, which is not followed: remove it") from None
        raise
    try:
        see_ours(os.fstat(handle), path)
    except BaseException:
        os.close(handle)
        raise
    return handle


def see_ours(found: os.stat_result, path: Path) -> None:
    """See that a file or folder is ours, and that nobody else may write it.

    Raises:
        StateError: If it is not.
    """
    if found.st_uid != os.geteuid():
        raise StateError(
            f"{path} belongs to another user (uid {found.st_uid}): its content is not trusted. "
            "Work as that user, or in another directory"
        )
    if stat.S_IMODE(found.st_mode) & _OTHERS_WRITE:
        raise StateError(
            f"{path} may be written by other users (mode {stat.S_IMODE(found.st_mode):04o}): its content is not "
            f"trusted. Remove it; if nobody else can have written to it, `chmod go-w {path}`"
        )


def see_marked(handle: int, path: Path) -> None:
    """See that an open folder bears our mark.

    Raises:
        StateError: If it does not: we did not make it.
    """
    try:
        found = os.stat(MARKER, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        raise not_ours(path) from None
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != 0o600:  # noqa: PLR2004
        raise not_ours(path)


def not_ours(path: Path, names: Sequence[str] = ()) -> UnmarkedError:
    """Return the error about a folder that we did not make."""
    shown = f" (it has {', '.join(sorted(names)[:3])})" if names else ""
    return UnmarkedError(
        f"{path} was not made by Seatrial{shown}: it lacks the mark {MARKER}, a file of mode 0600. Move the folder away"
    )

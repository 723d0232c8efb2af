"""Files at or below a root: written in one step, read, removed."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from pathlib import Path

from seatrial.contained.folders import opened, see_ours
from seatrial.contained.names import check_name
from seatrial.errors import StateError

_FILE = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write(path: Path, content: str | bytes, *, mode: int = _FILE, below: Path | None = None) -> Path:
    """Write a file in one step, private to its owner: there is the old one or the new one; return its path.

    Args:
        path: The file. A link in its place is replaced, never followed. Folders that are missing are made.
        content: What it is to hold.
        mode: Its mode.
        below: As for `opened`.

    Raises:
        StateError: If a folder on the way is not ours.
        OSError: If it cannot be written.
    """
    check_name(path.name.removeprefix("."))
    data = _bytes(content)
    with opened(path.parent, make=True, marked=False, below=below) as folder:
        draft = f".{path.name}.{secrets.token_hex(8)}.draft"
        try:
            with os.fdopen(os.open(draft, _NEW, _FILE, dir_fd=folder), "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), mode)
            os.replace(draft, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            _unlink(draft, folder)
            raise
    return path


def write_new(path: Path, content: str | bytes, *, below: Path) -> Path:
    """Write a file that is not there yet, private to its owner; return its path. Nothing of it is left on an error.

    Args:
        path: The file. Folders that are missing are made.
        content: What it is to hold.
        below: As for `opened`.

    Raises:
        StateError: If a folder on the way is not ours.
        FileExistsError: If it, or a link, is there: that is left as it is.
        OSError: If it cannot be written.
    """
    check_name(path.name.removeprefix("."))
    with opened(path.parent, make=True, marked=False, below=below) as folder:
        handle = os.open(path.name, _NEW, _FILE, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_bytes(content))
        except BaseException:
            _unlink(path.name, folder)
            raise
    return path


def append(path: Path, content: str) -> None:
    """Add to the end of a file, private to its owner; it is made if it is not there.

    Raises:
        StateError: If it, or a folder on the way, is a link or not ours.
        OSError: If it cannot be written.
    """
    with os.fdopen(open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab", buffering=0) as file:
        file.write(content.encode("utf-8", "replace"))


def open_file(path: Path, flags: int, *, below: Path | None = None) -> int:
    """Return a descriptor of a file of ours, opened with *flags*: no link is followed, and it is nobody else's.

    Raises:
        StateError: If it, or a folder on the way, is a link or not ours.
        OSError: If it cannot be opened.
    """
    check_name(path.name)
    with opened(path.parent, make=bool(flags & os.O_CREAT), marked=False, below=below) as folder:
        try:
            handle = os.open(path.name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE, dir_fd=folder)
        except OSError:
            found = _look(path.name, folder)
            if found is not None and stat.S_ISLNK(found.st_mode):
                raise _link(path) from None
            raise
    try:
        see_ours(os.fstat(handle), path)
    except BaseException:
        os.close(handle)
        raise
    return handle


def read(path: Path, *, below: Path | None = None) -> str | None:
    """Return what a file of ours holds, or nothing where it is not there.

    Raises:
        StateError: If it, or a folder on the way, is a link or not ours.
        OSError: If it cannot be read.
    """
    try:
        handle = open_file(path, os.O_RDONLY, below=below)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "r", encoding="utf-8") as file:
        return file.read()


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, below a root; nothing happens where there is none.

    A link is removed itself; what it leads to stays as it is.

    Raises:
        StateError: If a folder on the way, or the one to be removed, is a link or not ours.
        OSError: If it cannot be removed.
    """
    check_name(path.name.removeprefix("."))
    try:
        with opened(path.parent) as folder:
            found = _look(path.name, folder)
            if found is None:
                return
            if not stat.S_ISDIR(found.st_mode):
                _unlink(path.name, folder)
                return
            see_ours(found, path)
            shutil.rmtree(path.name, dir_fd=folder)  # which follows no link either
    except FileNotFoundError:
        return


def names(path: Path, *, below: Path | None = None) -> list[str]:
    """Return the names in a folder, sorted, but for those that begin with a dot; none where there is no such folder.

    Raises:
        StateError: If a folder on the way is a link or not ours.
    """
    try:
        with opened(path, below=below) as folder:
            return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return []


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content


def _look(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _unlink(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return


def _link(path: Path) -> StateError:
    return StateError(f"{path} is a symbolic link, which is not followed: remove it")

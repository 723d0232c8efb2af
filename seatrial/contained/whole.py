"""Several new files that are all there in the end, or none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seatrial.contained.files import write_new
from seatrial.contained.folders import opened
from seatrial.errors import StateError

Write = Callable[[Path, str | bytes], Path]
"""Writes a file that is not there yet, as `write_new` does."""


@contextmanager
def all_or_none(below: Path) -> Iterator[Write]:
    """Give what writes new files in a folder; if it ends in an error, what it has made is removed, and nothing else.

    Args:
        below: The folder, taken as it is; it is made if it is not there, with those above it.

    Raises:
        StateError: If a folder on the way to a file is not ours.
        OSError: If the folder cannot be made.
    """
    files: list[tuple[Path, os.stat_result]] = []
    folders = [one for one in (below, *below.parents) if not os.path.lexists(one)]  # the innermost first

    def write(path: Path, content: str | bytes) -> Path:
        missing = [one for one in path.relative_to(below).parents if not os.path.lexists(below / one)]
        folders[:0] = [below / one for one in missing]
        write_new(path, content, below=below)
        files.append((path, path.lstat()))
        return path

    try:
        below.mkdir(parents=True, exist_ok=True)
        yield write
    except BaseException:
        for path, made in reversed(files):
            with suppress(OSError, StateError):  # whatever has become of it since, the others go
                _remove(path, made, below)
        for folder in folders:
            with suppress(OSError):  # somebody else has put something there
                folder.rmdir()
        raise


def _remove(path: Path, made: os.stat_result, below: Path) -> None:
    """Remove a file, unless another has taken its place."""
    with opened(path.parent, marked=False, below=below) as folder:
        if os.path.samestat(made, os.stat(path.name, dir_fd=folder, follow_symlinks=False)):
            os.unlink(path.name, dir_fd=folder)

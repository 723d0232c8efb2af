"""Locks between processes: one run downloads or builds a thing, the others wait for it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, so that nobody else may write them, whatever the umask."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o755, exist_ok=True)


@contextmanager
def held(path: Path, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file ``path``; the system lets go of it when the process ends, however it ends.

    Args:
        path: The lock's file; it is made if need be, and stays.
        on_wait: Called once when somebody else holds the lock.

    Raises:
        OSError: The file cannot be made or locked.
    """
    make_folder(path.parent)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_wait:
                on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield

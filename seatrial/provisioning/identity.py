"""Whose a process is: facts that another user of the machine cannot forge, and signals that reach it alone.

A process of a platform runs as we do, and carries in its environment a *mark*: the platform's state, a name, and a
secret that stands in that state, readable by its owner only. Another user can set the variable, but neither knows the
secret nor runs as we do.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

MARK = "SEATRIAL_PROCESS"
_POLL_SECONDS = 0.02
_LOADING_SECONDS = 0.5  # for a moment while its program is loaded, a process has no environment
_DELETED = " (deleted)"  # what Linux adds to the path of a program that has been replaced on disk
_NO_PIDFD = {errno.ENOSYS, errno.EPERM}  # an old kernel, or a container's filter of system calls


@dataclass(frozen=True)
class Mark:
    """What a process says it is: of which state, under which name, with which secret."""

    state: Path
    name: str
    secret: str

    def __str__(self) -> str:
        return f"{self.state}#{self.name}#{self.secret}"


def parse(text: str) -> Mark | None:
    """Return the mark that a variable's value spells, or nothing if it spells none."""
    parts = text.rsplit("#", 2)
    return Mark(Path(parts[0]), parts[1], parts[2]) if len(parts) == 3 and all(parts) else None  # noqa: PLR2004


def ours(process: psutil.Process) -> bool:
    """Tell whether a process runs as we do: by its real, its effective and its saved user.

    A program that another user starts under our name, by a set-user-id bit, keeps its real user.
    """
    try:
        return set(process.uids()) == {os.geteuid()}
    except (psutil.Error, OSError):
        return False


def mark_of(process: psutil.Process, wait: float = 0.0) -> Mark | None:
    """Return the mark of a process of ours; nothing of a process that has none, or that is another user's.

    Args:
        process: The process.
        wait: For how many seconds to look again at a process without any environment, whose program may be loading.
    """
    limit = time.monotonic() + wait
    while ours(process):
        try:
            environ = process.environ()
            if environ or process.status() == psutil.STATUS_ZOMBIE or time.monotonic() > limit:
                return parse(environ.get(MARK, ""))
        except (psutil.Error, OSError):
            return None
        time.sleep(_POLL_SECONDS)
    return None


def marked() -> Iterator[tuple[psutil.Process, Mark]]:
    """Find the running processes of ours that carry a mark, but for this one."""
    for process in psutil.process_iter():
        if process.pid != os.getpid() and (mark := mark_of(process)) is not None and running(process):
            yield process, mark


def program_of(process: psutil.Process) -> str:
    """Return the path of the program that a process runs; nothing where it cannot be had."""
    try:
        return str(process.exe()).removesuffix(_DELETED)
    except (psutil.Error, OSError):
        return ""


def is_marked(process: psutil.Process, wanted: Mark) -> bool:
    """Tell whether a process of ours carries exactly the mark *wanted*."""
    return mark_of(process, _LOADING_SECONDS) == wanted


def children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return all that some processes have started, and what those have."""
    found: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found.extend(process.children(recursive=True))
    return found


def session_leader(process: psutil.Process) -> bool:
    """Tell whether a process was started in a session of its own."""
    try:
        return os.getsid(process.pid) == process.pid
    except OSError:
        return False


def running(process: psutil.Process) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return process.is_running()
    except psutil.Error:
        return False
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # our own child that has ended: let the kernel forget it
    return False


def send(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal to this process alone: held meanwhile, so that nobody else can get its number."""
    if sys.platform != "linux":
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)  # psutil compares the creation time first
        return
    try:
        held = os.pidfd_open(process.pid)
    except OSError as error:
        if error.errno in _NO_PIDFD:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        return
    try:
        if process.is_running():  # the one that was looked at: the same number, begun at the same time
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(held, number)
    finally:
        os.close(held)


def wait(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended; give those that have not in time. A zombie has ended, whoever its parent is."""
    limit = time.monotonic() + seconds
    left = [process for process in processes if running(process)]
    while left and time.monotonic() < limit:
        time.sleep(_POLL_SECONDS)  # POSIX has no wait for processes that are not our children
        left = [process for process in left if running(process)]
    return left

"""How a process is run, and what is known of one that was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import SeatrialError


class ProcessError(SeatrialError):
    """A process could not be started or ended; the message names it and says why."""


@dataclass(frozen=True)
class ProcessSpec:
    """How to run a process.

    Attributes:
        name: Its name within the platform: lower-case letters, digits, dashes.
        argv: The program's path and its arguments.
        env: Its whole environment but for the mark, which is added.
        cwd: Its working directory; the state directory where None.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None = None


@dataclass(frozen=True)
class ProcessRecord:
    """What is known of a recorded process; `pid` is None where it does not run."""

    name: str
    pid: int | None
    program: str
    log: Path
    resident: int
    """Resident memory in bytes; 0 where it does not run."""

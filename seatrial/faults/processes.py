"""Faults of a platform's own processes."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any, ClassVar

import psutil

from seatrial.faults.base import Fault, Memory
from seatrial.provisioning import identity
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.processes import ProcessTable


@dataclass(frozen=True)
class Freeze(Fault):
    """Stop a process in its tracks: nobody starts it again, since it has not ended; undone by letting it go on.

    The platform's actuators have its `ProcessTable`.
    """

    kind: ClassVar[str] = "freeze"
    name: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Stop it."""
        stop(_table(actuators, self.name), self.name)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Let it go on, unless it was ended meanwhile."""
        let_go(_table(actuators, self.name), self.name)

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it stands still."""
        still = stands_still(_table(actuators, self.name), self.name)
        return [f"the process {self.name} stands still"] if still else []

    def __str__(self) -> str:
        return f"freeze the process {self.name}"


def stop(table: ProcessTable, name: str) -> None:
    """Stop a process in its tracks.

    Raises:
        LookupError: If it does not run.
    """
    if (process := _process(table, name)) is None:
        raise LookupError(f"the process {name} does not run")
    identity.send(process, signal.SIGSTOP)


def let_go(table: ProcessTable, name: str) -> None:
    """Let a process go on, unless it was ended meanwhile."""
    if (process := _process(table, name)) is not None:
        identity.send(process, signal.SIGCONT)


def stands_still(table: ProcessTable, name: str) -> bool:
    """Return whether a process is there, and stopped."""
    process = _process(table, name)
    return process is not None and process.status() == psutil.STATUS_STOPPED


def _table(actuators: Actuators[Any], name: str) -> ProcessTable:
    if actuators.processes is None:
        raise LookupError(f"the process {name} is not known: the platform's actuators have no table of processes")
    return actuators.processes


def _process(table: ProcessTable, name: str) -> psutil.Process | None:
    pid = table.pid(name)
    return None if pid is None else psutil.Process(pid)

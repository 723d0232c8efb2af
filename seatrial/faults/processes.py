"""Faults of a platform's own processes."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any, ClassVar

import psutil

from seatrial.faults.base import Fault, Memory
from seatrial.provisioning import identity
from seatrial.provisioning.contract import Actuators


@dataclass(frozen=True)
class Freeze(Fault):
    """Stop a process in its tracks: nobody starts it again, since it has not ended; undone by letting it go on.

    The platform's actuators have its `ProcessTable`.
    """

    kind: ClassVar[str] = "freeze"
    name: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Stop it."""
        if (process := _process(actuators, self.name)) is None:
            raise LookupError(f"the process {self.name} does not run")
        identity.send(process, signal.SIGSTOP)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Let it go on, unless it was ended meanwhile."""
        if (process := _process(actuators, self.name)) is not None:
            identity.send(process, signal.SIGCONT)

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it stands still."""
        process = _process(actuators, self.name)
        still = process is not None and process.status() == psutil.STATUS_STOPPED
        return [f"the process {self.name} stands still"] if still else []

    def __str__(self) -> str:
        return f"freeze the process {self.name}"


def _process(actuators: Actuators[Any], name: str) -> psutil.Process | None:
    if actuators.processes is None:
        raise LookupError(f"the process {name} is not known: the platform's actuators have no table of processes")
    pid = actuators.processes.pid(name)
    return None if pid is None else psutil.Process(pid)

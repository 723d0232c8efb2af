"""Keeps the masters' processes as their machines are: running with one that runs, dead with one that does not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from provision.targets.local.masters import Master
from provision.targets.simulated.machines import Machine
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.state import PlatformState

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0  # seconds between two restarts of one process
_STEADY_SECONDS = 10.0  # after so long a process counts as well again
_RECORD = "machines"
_LOG = logging.getLogger("machines")


@dataclass
class _Attempts:
    """When a process was restarted last, and how long to pause before the next time."""

    last: float = 0.0
    pause: float = 0.0


class Restarter:
    """Starts processes again that have ended by themselves, with growing pauses, as a kubelet does.

    Args:
        processes: The platform's processes.
        clock: Tells the time in seconds.
    """

    def __init__(self, processes: ProcessTable, clock: Callable[[], float] = time.monotonic) -> None:
        self._processes = processes
        self._clock = clock
        self._attempts: dict[str, _Attempts] = {}

    def keep(self, names: Iterable[str]) -> list[str]:
        """Start again what should run, does not, and is not paused; give the names of what was started."""
        return [name for name in names if self._keep(name)]

    def forget(self, names: Iterable[str]) -> None:
        """Forget past attempts: their machine has been switched off or on."""
        for name in names:
            self._attempts.pop(name, None)

    def _keep(self, name: str) -> bool:
        attempts, now = self._attempts.setdefault(name, _Attempts()), self._clock()
        if self._processes.alive(name):
            if now - attempts.last > _STEADY_SECONDS:
                attempts.pause = 0.0
            return False
        if now < attempts.last + attempts.pause or self._processes.spec(name) is None:
            return False
        attempts.last = now
        attempts.pause = min(max(_FIRST_PAUSE, attempts.pause * 2), _LONGEST_PAUSE)
        _LOG.info("%s does not run: it is started", name)
        return self._processes.restart(name)


class Masters:
    """Keeps each master's processes as its machine is.

    A master acts on machines only that have been seen running: the standup starts the processes before the cloud has
    any instance. Which instance is which master is recorded, so that a daemon that was restarted knows it too.

    Args:
        state: Where it is recorded.
        processes: The platform's processes.
        masters: The platform's masters.
        restarter: What starts ended processes again.
    """

    def __init__(
        self, state: PlatformState, processes: ProcessTable, masters: Sequence[Master], restarter: Restarter
    ) -> None:
        self._state = state
        self._processes = processes
        self._masters = masters
        self._restarter = restarter
        self._owners: dict[str, str] = dict((state.read(_RECORD) or {}).get("masters", {}))

    def keep(self, machines: Sequence[Machine]) -> None:
        """Bring all masters in line with the machines that the cloud has now."""
        for master in self._masters:
            self._keep(master, [m for m in machines if number_of(m, self._masters) == master.number])

    def _keep(self, master: Master, machines: list[Machine]) -> None:
        key = str(master.number)
        owner = next((m for m in machines if m.id == self._owners.get(key)), None)
        if key in self._owners and (owner is None or not owner.running):
            self._switch_off(master)
            if owner is not None and not owner.ended:
                return  # stopped: it may be started again
        if owner is None or not owner.running:
            owner = next((m for m in machines if m.running), None)
            if owner is not None:
                _LOG.info("master %s is the machine %s", key, owner.id)
                self._owners[key] = owner.id
                self._state.write(_RECORD, {"masters": self._owners})
        if owner is not None:
            self._restarter.keep(master.processes())

    def _switch_off(self, master: Master) -> None:
        names = master.processes()
        if any(self._processes.alive(name) for name in names):
            _LOG.info("the machine of master %d has stopped: its processes are killed", master.number)
            self._processes.kill(*names)
            self._restarter.forget(names)


def number_of(machine: Machine, masters: Iterable[Master]) -> int | None:
    """Return the number of the master that a machine is; None for a node.

    kops names a master's group by its zone; where a zone has several masters, their groups' names end in -1, -2, ...
    """
    if not machine.master:
        return None
    of_zone = [master.number for master in masters if master.zone == machine.zone]
    if len(of_zone) == 1:
        return of_zone[0]
    suffix = machine.group.rpartition("-")[2]
    place = int(suffix) - 1 if suffix.isdigit() else 0
    return of_zone[place] if place < len(of_zone) else None

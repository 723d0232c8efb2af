"""The record of the last upgrade of Kubernetes, as scenarios read it."""

from __future__ import annotations

from typing import Any, Final

from seatrial.checks.observer import Fidelity, NotProvableError, Observer, reading_of_part
from seatrial.provisioning.state import PlatformState

RECORD: Final = "upgrade"
"""Where an upgrade is written down in the platform's state."""

_MACHINES = "machines"
_NEVER = "the platform has not been upgraded: raise `kubernetes` in platform.yaml, and run `seatrial up`"


class Upgrade(Observer):
    """What was seen of the machines and of the API while they were upgraded.

    Args:
        state: The platform's state.
        machines: How true the machines are.
    """

    def __init__(self, state: PlatformState, machines: Fidelity) -> None:
        super().__init__("upgrade", Fidelity.REAL)
        self._state = state
        self._machines = machines

    @reading_of_part
    def order(self) -> list[str]:
        """Return the machines, each by its role and its zone, in the order in which they came back as ready members."""
        self.touch(_MACHINES, self._machines)
        record = self._record()
        risen: dict[str, str] = {}
        for machine, row in (item for seen in record["seen"] for item in seen["machines"].items()):
            if row["version"] == record["to"] and row["ready"]:
                risen.setdefault(machine, f"{row['role']} {row['zone']}")
        return list(risen.values())

    @reading_of_part
    def away(self) -> dict[str, int]:
        """Return how many machines of a role were away at once, at most."""
        self.touch(_MACHINES, self._machines)
        counts = [_ready(seen["machines"]) for seen in self._record()["seen"]]
        return {role: counts[0][role] - min(count.get(role, 0) for count in counts) for role in counts[0]}

    @reading_of_part
    def gap(self) -> float:
        """Return for how long the API took no writes, in seconds, at most."""
        self.touch("writes", self.fidelity)
        return float(self._record()["gap"])

    def _record(self) -> dict[str, Any]:
        record = self._state.read(RECORD)
        if record is None:
            raise NotProvableError(_NEVER)
        return record


def _ready(machines: dict[str, Any]) -> dict[str, int]:
    roles = [row["role"] for row in machines.values() if row["ready"]]
    return {role: roles.count(role) for role in set(roles)}

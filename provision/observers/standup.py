"""The record of a standup, as scenarios read it."""

from __future__ import annotations

from typing import Any

from seatrial.checks.observer import Fidelity, Observer, reading, reading_of_part
from seatrial.provisioning.state import PlatformState

_ROUNDED = 0.01  # seconds are kept to a hundredth


class Standup(Observer):
    """What the last standup recorded of its steps.

    Args:
        state: The platform's state.
    """

    def __init__(self, state: PlatformState) -> None:
        super().__init__("standup", Fidelity.REAL)
        self._state = state

    @reading
    def steps(self) -> dict[str, dict[str, Any]]:
        """Return the steps in the order in which they were begun, by name.

        Each has ``number``, ``done``, ``seconds``, ``gates`` (seconds, by name), and whether it was begun ``in_turn``:
        once the step before was done.
        """
        record = self._state.read("standup") or {"steps": {}}
        entries = sorted(record["steps"].items(), key=lambda item: float(item[1]["began"]))
        steps: dict[str, dict[str, Any]] = {}
        before = 0.0
        for number, entry in entries:
            steps[entry["step"]] = {**entry, "number": int(number), "in_turn": entry["began"] >= before - _ROUNDED}
            before = entry["began"] + entry.get("seconds", float("inf"))
        return steps

    @reading_of_part
    def seconds(self) -> float:
        """Return how long the first whole standup took, in seconds, from the first attempt on."""
        self.touch("how long it took", Fidelity.SIMULATED)  # of machines that are simulated
        return float((self._state.read("platform") or {}).get("seconds", float("inf")))

"""The record of a standup, as scenarios read it."""

from __future__ import annotations

from typing import Any

from seatrial.checks.observer import Fidelity, Observer, reading
from seatrial.provisioning.state import PlatformState


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
        """Return the steps in order, by name: ``number``, ``done``, ``seconds``, ``gates`` (seconds, by name)."""
        record = self._state.read("standup") or {"steps": {}}
        entries = sorted(record["steps"].items(), key=lambda item: int(item[0]))
        return {e["step"]: {**e, "number": int(number)} for number, e in entries}

    @reading
    def seconds(self) -> float:
        """Return how long the first whole standup took, in seconds."""
        return float((self._state.read("platform") or {}).get("seconds", float("inf")))

"""The standup, run again."""

from __future__ import annotations

from collections.abc import Callable

from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity

Again = Callable[[int], int]
"""Runs the standup with Kubernetes so many minor versions later; gives the number of things that it changed."""


class StandupRunner(Actuator):
    """Runs the standup.

    Args:
        again: Runs it again.
    """

    def __init__(self, again: Again) -> None:
        super().__init__("standup", Fidelity.REAL)
        self._again = again

    @acting
    def again(self) -> int:
        """Stand the platform up again; give the number of things that this changed.

        Raises:
            StandupError: If a gate is not met.
        """
        return self._again(0)

    @acting
    def raised(self, minors: int) -> int:
        """Stand it up with Kubernetes so many minor versions later; give the number of things that this changed.

        Raises:
            SeatrialError: If that is refused, or fails.
        """
        return self._again(minors)

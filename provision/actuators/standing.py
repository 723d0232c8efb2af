"""The standup, run again."""

from __future__ import annotations

from collections.abc import Callable

from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity


class StandupRunner(Actuator):
    """Runs the standup.

    Args:
        again: Runs it again, and gives the number of things that it changed.
    """

    def __init__(self, again: Callable[[], int]) -> None:
        super().__init__("standup", Fidelity.REAL)
        self._again = again

    @acting
    def again(self) -> int:
        """Stand the platform up again; give the number of things that this changed.

        Raises:
            StandupError: If a gate is not met.
        """
        return self._again()

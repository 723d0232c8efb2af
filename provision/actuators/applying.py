"""What Git says, applied again."""

from __future__ import annotations

from collections.abc import Callable

from lightkube import Client

from provision.workloads import Workloads
from provision.workloads.objects import GROUPS
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity


class Applier(Actuator):
    """Applies what Git says.

    Args:
        workloads: Gives what Git says.
        kube: Gives a client of the cluster's API.
    """

    def __init__(self, workloads: Callable[[], Workloads], kube: Callable[[], Client]) -> None:
        super().__init__("drift", Fidelity.REAL)
        self._workloads = workloads
        self._kube = kube

    @acting
    def apply_again(self) -> int:
        """Apply what Git says again; give the number of objects that this changed."""
        return sum(self._workloads().apply(self._kube(), group) for group in GROUPS)

"""Drift: what runs, held against what Git says."""

from __future__ import annotations

from collections.abc import Callable

from lightkube import Client

from provision.workloads import Workloads
from provision.workloads.objects import GROUPS
from seatrial.checks.observer import Fidelity, Observer, acting, reading


class Drift(Observer):
    """Compares what runs with what Git says.

    Args:
        workloads: What Git says.
        kube: Gives a client of the cluster's API.
    """

    def __init__(self, workloads: Workloads, kube: Callable[[], Client]) -> None:
        super().__init__("drift", Fidelity.REAL)
        self._workloads = workloads
        self._kube = kube

    @reading
    def found(self) -> dict[str, dict[str, object]]:
        """Return every field that differs: ``Deployment microservices/msvc1 spec.replicas`` with wanted and found."""
        drifted = self._workloads.drift(self._kube())
        return {f"{d.object} {d.path}": {"wanted": d.wanted, "found": d.found} for d in drifted}

    @acting
    def apply_again(self) -> int:
        """Apply what Git says again; give the number of objects that this changed."""
        return sum(self._workloads.apply(self._kube(), group) for group in GROUPS)

"""Drift: what runs, held against what Git says."""

from __future__ import annotations

from collections.abc import Callable

from lightkube import Client

from provision.workloads import FieldDrift, Workloads
from provision.workloads.strays import OWN, Own
from seatrial.checks.observer import Fidelity, Observer, reading_of_settings
from seatrial.provisioning.state import PlatformState


class Drift(Observer):
    """Compares what runs with what Git says.

    Args:
        workloads: Gives what Git says, which a release changes.
        kube: Gives a client of the cluster's API.
        state: The platform's state, which has what the cluster had before anything of ours was applied.
    """

    def __init__(self, workloads: Callable[[], Workloads], kube: Callable[[], Client], state: PlatformState) -> None:
        super().__init__("drift", Fidelity.REAL)
        self._workloads = workloads
        self._kube = kube
        self._state = state

    @reading_of_settings
    def found(self) -> dict[str, dict[str, object]]:
        """Return every field that differs: ``Deployment microservices/msvc1 spec.replicas`` with wanted and found.

        An object that nobody agreed on, in any namespace or cluster-wide, is one that differs as a whole.
        """
        drifted = self.differences()
        return {f"{d.object} {d.path}": {"wanted": d.wanted, "found": d.found, "by": d.by} for d in drifted}

    @reading_of_settings
    def differences(self) -> list[FieldDrift]:
        """Return every difference, with who made it where the API server knows."""
        kube, workloads = self._kube(), self._workloads()
        return [*workloads.drift(kube), *workloads.drift_beside(kube, own_of(self._state))]


def own_of(state: PlatformState) -> Own:
    """Return what the cluster of a platform had before anything of ours was applied, as the standup wrote it down."""
    kept = state.read(OWN) or {"at": "", "objects": []}
    return Own(kept["at"], frozenset((kind, namespace, name) for kind, namespace, name in kept["objects"]))

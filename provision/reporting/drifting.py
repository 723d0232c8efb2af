"""Where a platform is not as agreed: its cluster held against Git, its estate against platform.yaml and kops."""

from __future__ import annotations

import httpx2

from provision.observers.drift import Drift, own_of
from provision.targets.base.kops_preview import by_kops
from provision.targets.base.parts import Parts
from provision.workloads.strays import OWN
from seatrial.errors import SeatrialError
from seatrial.provisioning.comparing import Difference
from seatrial.provisioning.planned import Change


def differences(parts: Parts) -> list[Difference]:
    """Return every difference of the platform that *parts* make; changes nothing.

    Raises:
        SeatrialError: If it cannot be looked.
    """
    try:
        of_cluster = Drift(lambda: parts.workloads, parts.kube, parts.state).differences()
    except httpx2.HTTPError as error:
        raise SeatrialError(f"{parts.api} cannot be compared with Git: {type(error).__name__}: {error}") from error
    cluster = [Difference(d.object, d.path, d.wanted, d.found, d.by) for d in of_cluster]
    estate = [_by_kops(change) for change in by_kops(parts)]
    return [*cluster, *estate, *parts.estate.differences(), *parts.published.differences()]


def _by_kops(change: Change) -> Difference:
    match change.how:
        case "made":
            return Difference(change.thing, "", "present", None)
        case "changed":
            return Difference(change.thing, change.detail, "as kops makes it", "otherwise")
    return Difference(change.thing, "", None, "present")


def prune(parts: Parts) -> list[str]:
    """Delete what the cluster of *parts* has and nobody agreed on; name each object.

    Raises:
        SeatrialError: If it cannot be listed or deleted.
    """
    if parts.state.read(OWN) is None:
        raise SeatrialError("it is not known what the cluster had of its own, so that nothing of it can be removed")
    try:
        return parts.workloads.prune(parts.kube(), own_of(parts.state))
    except httpx2.HTTPError as error:
        raise SeatrialError(f"{parts.api} cannot be pruned: {type(error).__name__}: {error}") from error

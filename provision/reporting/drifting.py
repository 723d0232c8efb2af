"""Where a platform is not as agreed: its cluster held against Git, its estate against platform.yaml and kops."""

from __future__ import annotations

import httpx2

from provision.observers.drift import Drift
from provision.targets.base.parts import Parts
from seatrial.errors import SeatrialError
from seatrial.provisioning.contract import Difference


def differences(parts: Parts) -> list[Difference]:
    """Return every difference of the platform that *parts* make; changes nothing.

    Raises:
        SeatrialError: If it cannot be looked.
    """
    try:
        of_cluster = Drift(parts.workloads, parts.kube, parts.state).differences()
    except httpx2.HTTPError as error:
        raise SeatrialError(f"{parts.api} cannot be compared with Git: {type(error).__name__}: {error}") from error
    cluster = [Difference(d.object, d.path, d.wanted, d.found, d.by) for d in of_cluster]
    estate = [Difference(change, "in the estate", "as kops makes it", "otherwise") for change in parts.kops.changes()]
    return [*cluster, *estate, *parts.estate.differences()]

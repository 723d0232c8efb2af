"""A platform on ``local`` that is up, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provision.targets.base import platform
from provision.targets.local.gates import LocalGates
from provision.targets.local.parts import LocalParts
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from seatrial.provisioning.contract import Actuators

_NODES_ARE_SIMULATED = "nodes and containers are simulated on local"
_ABSENT = {
    "http": f"no HTTP through the ingress: {_NODES_ARE_SIMULATED}",
    "mongodb": f"no MongoDB data: {_NODES_ARE_SIMULATED}",
    "logs": f"no log lines: {_NODES_ARE_SIMULATED}",
    "metrics": f"no metrics: {_NODES_ARE_SIMULATED}",
    "containers": f"no containers of a node: {_NODES_ARE_SIMULATED}",
    "concourse": "no Concourse server on local",
    "second": "a second platform is not stood up within a run on local",
}


class LocalPlatform(platform.Platform):
    """One platform on ``local``."""

    _parts: LocalParts

    def gates(self) -> LocalGates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return LocalGates(self._parts)

    def cluster(self) -> Cluster:
        """Return the observer of the cluster: what KWOK plays is simulated."""
        simulated = dict.fromkeys(("Pod", "Node", "PodMetrics", "Event"), Fidelity.SIMULATED)
        return Cluster(self._parts.client, Fidelity.REAL, simulated)

    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return etcd's observer; what needs real containers is absent."""
        plane = self._parts.control_plane
        members = {m.process("etcd"): m.addresses.etcd.client.https for m in plane.masters}
        pair = plane.etcd_client()
        etcd = Etcd(members, ca=plane.pki.etcd.pair.cert, cert=pair.cert, key=pair.key, fidelity=Fidelity.REAL)
        return {"etcd": etcd} | {name: Absent(name, reason) for name, reason in _ABSENT.items()}

    def actuators(self) -> Actuators:
        """Return what faults act with."""
        c = self._parts
        members = c.etcd_members()
        extra: dict[str, Any] = {"grow_etcd": members.grow, "shrink_etcd": members.shrink, "processes": c.processes}
        return Actuators(c.kube, c.access.client, self.unwhole, extra)

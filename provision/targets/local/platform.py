"""A platform on ``local`` that is up, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx2
from lightkube import ApiError
from lightkube.resources.core_v1 import ConfigMap, Node

from provision.delivery import Delivery
from provision.drifting import Drift
from provision.member import Member
from provision.standup_record import Standup
from provision.targets.local.builder import LocalBuilder
from provision.targets.local.context import TARGET, Context
from provision.targets.local.etcd_members import EtcdMembers
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from seatrial.observers.etcd import Etcd
from seatrial.observing import Absent, Fidelity, Observer
from seatrial.project import Hands
from seatrial.state import PlatformState

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


class LocalPlatform:
    """One platform on ``local``.

    Args:
        context: Its parts.
        again: Runs the standup again and gives the number of things that it changed.
    """

    target = TARGET

    def __init__(self, context: Context, again: Any) -> None:
        self._context = context
        self._again = again
        self.team: str = context.team
        self.state: PlatformState = context.state

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What words may need to know: names, ids and addresses."""
        c = self._context
        return {
            "team": c.team,
            "zone": c.spec.zone_name(c.team),
            "zone_id": c.estate.hosted_zone_id(),
            "bucket": c.spec.store_name(c.team),
            "cluster": c.spec.zone_name(c.team),
            "api": c.addresses.front.https,
        }

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Give the observers; what needs real containers is absent."""
        return self._instruments

    @cached_property
    def _instruments(self) -> dict[str, Observer | Absent]:
        c = self._context
        simulated = dict.fromkeys(("Pod", "Node", "PodMetrics", "Event"), Fidelity.SIMULATED)
        plane = c.control_plane
        members = {m.process("etcd"): m.addresses.etcd.client.https for m in plane.masters}
        pair = plane.etcd_client()
        found: dict[str, Observer | Absent] = {
            "cluster": Cluster(c.client, Fidelity.REAL, simulated),
            "etcd": Etcd(members, ca=plane.pki.etcd.pair.cert, cert=pair.cert, key=pair.key, fidelity=Fidelity.REAL),
            "aws": Aws(c.access, Fidelity.SIMULATED),
            "dns": Dns(c.addresses.resolver.host, c.addresses.resolver.port, fidelity=Fidelity.SIMULATED),
            "delivery": Delivery(c.root / "ci"),
            "drift": Drift(c.workloads, c.kube),
            "standup": Standup(c.state, self._again),
            "member": Member(c),
        }
        return found | {name: Absent(name, reason) for name, reason in _ABSENT.items()}

    def hands(self) -> Hands:
        """Give what faults act with."""
        c = self._context
        members = EtcdMembers(c.state, c.processes, c.control_plane)
        extra = {"grow_etcd": members.grow, "shrink_etcd": members.shrink}
        return Hands(c.kube, c.access.client, self._unwhole, extra)

    def owned(self) -> str:
        """Say why the cluster behind the kubeconfig is not this platform; nothing when it is."""
        c = self._context
        record = c.state.read("platform") or {}
        try:
            found = c.client().get(ConfigMap, "seatrial-ownership", namespace="kube-system").data or {}
        except ApiError as error:
            return f"the cluster carries no ownership mark of Seatrial ({error.status.message})"
        except httpx2.HTTPError as error:
            return f"the cluster does not answer, so it shows no ownership mark ({error})"
        if (found.get("team"), found.get("mark")) != (c.team, record.get("mark")):
            return f"the cluster carries the mark of {found.get('team')!r}, not of this platform, {c.team!r}"
        return ""

    def close(self) -> None:
        """End the watches."""
        cluster = self._instruments["cluster"]
        if isinstance(cluster, Cluster):
            cluster.close()

    def _unwhole(self) -> list[str]:
        builder = LocalBuilder(self._context, "", lambda _text: None)
        looks = (
            builder.cluster_unready,
            builder.nodes_unready,
            self._strange_nodes,
            lambda: builder.group_unready("backing"),
            lambda: builder.group_unready("microservices"),
            builder.records_missing,
        )
        for look in looks:
            if missing := list(look()):
                return missing
        return []

    def _strange_nodes(self) -> list[str]:
        c = self._context
        there = {i.id for i in c.estate.instances()}
        nodes: list[Any] = list(c.kube().list(Node))
        return [
            f"{n.metadata.name} is a node without a machine"
            for n in nodes
            if n.spec.providerID.rpartition("/")[2] not in there
        ]

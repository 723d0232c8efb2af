"""How full the nodes are."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import Pod

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.nodes import found
from steps.support.objects import amount, containers

_OVER = ("Succeeded", "Failed")
_GIB = 2**30


def load(cluster: Cluster) -> Rows:
    """Return every node with the containers that run on it, and whether what they ask for fits."""
    return {node.metadata.name: _row(node, _on(cluster, node.metadata.name)) for node in found(cluster, "node")}


def average(cluster: Cluster) -> float:
    """Return the containers a node, on average; none without nodes."""
    counts = [int(str(row["containers"])) for row in load(cluster).values()]
    return sum(counts) / len(counts) if counts else 0.0


def fits(asked: dict[str, float], has: dict[str, float]) -> bool:
    """Return whether a machine *has* all that is *asked* of it."""
    return all(asked[resource] <= has.get(resource, 0.0) for resource in asked)


def _row(node: Any, pods: list[Any]) -> dict[str, object]:
    asked = {resource: sum(_asks(p, resource) for p in pods) for resource in ("cpu", "memory")}
    has = {resource: amount(q) for resource, q in ((node.status.allocatable or {}) if node.status else {}).items()}
    return {
        "containers": sum(len(_running(p)) for p in pods),
        "fits": fits(asked, has),
        "asked": f"{asked['cpu']:.2f} cpu, {asked['memory'] / _GIB:.1f} GiB",
    }


def _on(cluster: Cluster, node: str) -> list[Any]:
    pods: list[Any] = list(cluster.all(Pod))
    return [p for p in pods if p.spec.nodeName == node and not (p.status and p.status.phase in _OVER)]


def _running(pod: Any) -> list[Any]:
    statuses = (pod.status.containerStatuses if pod.status else None) or []
    return [s for s in statuses if s.state and s.state.running]


def _asks(pod: Any, resource: str) -> float:
    return sum(amount(((c.resources.requests or {}) if c.resources else {}).get(resource)) for c in containers(pod))

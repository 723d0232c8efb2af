"""The nodes of a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightkube.resources.core_v1 import Node

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from seatrial.words.rows.objects import true_of
from seatrial.words.rows.workloads import ZONE

_SHORT = {"MemoryPressure": "memory", "DiskPressure": "disk", "PIDPressure": "processes"}


def nodes(cluster: Cluster) -> Rows:
    """Return every node: whether it is ready, where it stands, what it is short of, and which version it runs."""
    return {str(node.metadata.name): _row(node) for node in cluster.all(Node) if node.metadata}


def zones(cluster: Cluster) -> Rows:
    """Return every zone in which a node is ready, with how many of them are."""
    count: dict[str, int] = {}
    for row in nodes(cluster).values():
        if row["ready"] and row["zone"]:
            count[str(row["zone"])] = count.get(str(row["zone"]), 0) + 1
    return {zone: {"ready_nodes": ready} for zone, ready in count.items()}


def ready(cluster: Cluster) -> Rows:
    """Return the nodes that are ready."""
    return {name: row for name, row in nodes(cluster).items() if row["ready"]}


def _row(node: Any) -> Mapping[str, object]:
    info = node.status.nodeInfo if node.status else None
    return {
        "ready": true_of(node, "Ready"),
        "zone": (node.metadata.labels or {}).get(ZONE, ""),
        "short_of": {what for condition, what in _SHORT.items() if true_of(node, condition)},
        "takes_pods": not (node.spec and node.spec.unschedulable),
        "version": info.kubeletVersion if info else "",
    }

"""The members of the cluster: masters and nodes."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import Node

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.objects import label, labels, true_of

MASTER = "node-role.kubernetes.io/control-plane"
NODE = "node-role.kubernetes.io/node"
ZONE = "topology.kubernetes.io/zone"


def members(cluster: Cluster, role: str | None = None) -> Rows:
    """Return every member of the cluster by name, or those of one *role*: ``master`` or ``node``."""
    return {n.metadata.name: _row(n) for n in found(cluster, role)}


def by_machine(cluster: Cluster) -> Rows:
    """Return every member of the cluster by the id of its machine."""
    return {str(row["machine"]) or name: {**row, "member": name} for name, row in members(cluster).items()}


def there(cluster: Cluster, role: str, zone: str) -> Rows:
    """Return the members of *role* in *zone*."""
    return {name: row for name, row in members(cluster, role).items() if row["zone"] == zone}


def found(cluster: Cluster, role: str | None = None) -> list[Any]:
    """Return the Node objects of *role*."""
    nodes: list[Any] = list(cluster.all(Node))
    return [n for n in nodes if role in (None, role_of(n))]


def role_of(node: Any) -> str:
    """Say what a member is for: ``master``, ``node`` or nothing known."""
    return "master" if MASTER in labels(node) else "node" if NODE in labels(node) else ""


def in_zone(cluster: Cluster, zone: str, role: str = "node") -> str:
    """Name the member of *role* in *zone*.

    Raises:
        LookupError: If there is none.
    """
    names = [name for name, row in members(cluster, role).items() if row["zone"] == zone]
    if not names:
        raise LookupError(f"no {role} of the cluster in {zone}")
    return names[0]


def visited_in(cluster: Cluster, zone: str, address_type: str) -> str:
    """Return the address of the node in *zone* to which names lead."""
    return visited(cluster, in_zone(cluster, zone), address_type)


def visited(cluster: Cluster, name: str, address_type: str) -> str:
    """Return the address of the node *name* to which names lead."""
    return next(address_of(n, address_type) for n in found(cluster, "node") if n.metadata.name == name)


def zone_of(cluster: Cluster) -> dict[str, str]:
    """Return the zone of every member by its name."""
    return {n.metadata.name: label(n, ZONE) for n in found(cluster)}


def address_of(node: Any, address_type: str = "InternalIP") -> str:
    """Return a member's address within the network, or of another type; nothing where it has none."""
    addresses = (node.status.addresses if node.status else None) or []
    return next((a.address for a in addresses if a.type == address_type), "")


def _row(node: Any) -> dict[str, object]:
    taints = node.spec.taints or []
    return {
        "ready": true_of(node, "Ready"),
        "role": role_of(node),
        "zone": label(node, ZONE),
        "type": label(node, "node.kubernetes.io/instance-type"),
        "machine": label(node, "seatrial.dev/instance-id"),
        "address": address_of(node),
        "public_address": address_of(node, "ExternalIP"),
        "version": (node.status.nodeInfo.kubeletVersion if node.status and node.status.nodeInfo else "").lstrip("v"),
        "closed_to_applications": any(t.key == MASTER and t.effect in ("NoSchedule", "NoExecute") for t in taints),
        "open_to_work": not node.spec.unschedulable,
    }

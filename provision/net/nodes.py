"""What marks a machine as a master or a node, in the cluster and in the cloud, and when its Node is ready."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

MASTER_LABEL: Final = "node-role.kubernetes.io/control-plane"
NODE_LABEL: Final = "node-role.kubernetes.io/node"
_MASTER_TAGS = ("k8s.io/role/control-plane", "k8s.io/role/master")


def is_master(tags: Container[str]) -> bool:
    """Return whether an EC2 instance with *tags* is a master, as kops marks it."""
    return any(tag in tags for tag in _MASTER_TAGS)


def is_ready(item: Any) -> bool:
    """Return whether a Node or a Pod reports that it is ready."""
    conditions = (item.status.conditions if item.status else None) or []
    return any(condition.type == "Ready" and condition.status == "True" for condition in conditions)


def address_of(node: Any, kind: str) -> str:
    """Return a Node's address of a *kind*, ``ExternalIP`` or ``InternalIP``; nothing where it has none."""
    addresses = (node.status.addresses if node.status else None) or []
    return next((str(address.address) for address in addresses if address.type == kind), "")


def machine_of(node: Any) -> str:
    """Return the id of a Node's machine; nothing where it names none, as one that was made by hand."""
    return str((node.spec.providerID if node.spec else None) or "").rpartition("/")[2]

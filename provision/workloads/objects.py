"""Kubernetes objects as plain dictionaries: their names, groups and order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

Object = dict[str, Any]
Group = Literal["backing", "microservices", "dns"]
Key = tuple[str, str, str]

GROUPS: tuple[Group, ...] = get_args(Group)
GROUP_LABEL = "seatrial.dev/group"
WORKLOADS = ("StatefulSet", "Deployment", "DaemonSet", "Job")


def key(obj: Mapping[str, Any]) -> Key:
    """Identify *obj* by kind, namespace ("" for the cluster's own) and name."""
    metadata = obj["metadata"]
    return obj["kind"], metadata.get("namespace") or "", metadata["name"]


def label(obj: Mapping[str, Any]) -> str:
    """Name *obj* for a reader: ``Deployment backing/kibana``."""
    kind, namespace, name = key(obj)
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def group(obj: Mapping[str, Any]) -> str | None:
    """Return the group that applies *obj*, or ``None`` if it does not say."""
    value = (obj["metadata"].get("labels") or {}).get(GROUP_LABEL)
    return None if value is None else str(value)


def rank(obj: Mapping[str, Any]) -> int:
    """Return the turn in which *obj* is applied within its group; objects of one turn do not need one another."""
    kind = obj["kind"]
    if kind == "Namespace":
        return 0
    if kind in WORKLOADS:
        return 2
    # An API server refuses objects under a quota that no controller has counted yet: quotas come last.
    return 3 if kind == "ResourceQuota" else 1

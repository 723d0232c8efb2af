"""What all rows made from objects of the cluster share."""

from __future__ import annotations

from typing import Any

from lightkube.utils.quantity import parse_quantity


def true_of(item: Any, condition: str) -> bool:
    """Return whether *item* reports the *condition* as true."""
    conditions = (item.status.conditions if item.status else None) or []
    return any(c.type == condition and c.status == "True" for c in conditions)


def labels(item: Any) -> dict[str, str]:
    """Return the labels of *item*."""
    return item.metadata.labels or {}


def label(item: Any, name: str) -> str:
    """Return the value of one label of *item*; nothing where it has none."""
    return labels(item).get(name, "")


def leaving(item: Any) -> bool:
    """Return whether *item* is being deleted."""
    return item.metadata.deletionTimestamp is not None


def containers(pod: Any) -> list[Any]:
    """Return the containers of a pod, or of a pod template, that run all the time."""
    return list(pod.spec.containers or [])


def amount(quantity: str | None) -> float:
    """Read a quantity such as ``500m`` or ``2Gi``; nothing is zero."""
    return float(parse_quantity(quantity) or 0)

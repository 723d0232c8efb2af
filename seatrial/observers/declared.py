"""Which objects say how something is, and which only how it should be: the status of the one, all of the other.

An object of Kubernetes holds both: its spec is what somebody has asked for, its status what a controller has seen. A
look that has read no status has observed nothing of the platform's behaviour.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_BY_HAND = frozenset(
    (
        "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Ingress", "IngressClass", "LimitRange", "Namespace",
        "NetworkPolicy", "PriorityClass", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount", "StorageClass",
    )
)  # fmt: skip
"""Kinds that people write and nobody reports on; a status that some have says nothing of what they ask for."""
_BY_MACHINES = frozenset(("Endpoints", "EndpointSlice", "Event", "Lease", "Node", "PodMetrics", "VolumeAttachment"))
"""Kinds that components write of what they have seen: whatever they say was observed."""


def is_observed(found: Any) -> bool:
    """Return whether what an API server has sent says how something is, and not only how it should be.

    Args:
        found: An object or a list of objects, as JSON; nothing where it was a stream, or no object.
    """
    if not isinstance(found, dict):
        return True  # a log, a version, a watch
    kind = str(found.get("kind", "")).removesuffix("List")
    items = found["items"] if isinstance(found.get("items"), list) else [found]
    if kind in _BY_MACHINES or not (items or kind in _BY_HAND):
        return True
    return kind not in _BY_HAND and any(isinstance(one, dict) and one.get("status") for one in items)


def traced(kind: Any, objects: list[T], observe: Callable[[], None]) -> list[T]:
    """Return *objects*, of which the status calls *observe* when it is read.

    Args:
        kind: Their kind.
        objects: The objects; there being none is observed, but of kinds that are only written by hand.
        observe: Notes that a look has seen how something is.
    """
    if kind.__name__ in _BY_MACHINES or not (objects or kind.__name__ in _BY_HAND):
        observe()
    elif kind.__name__ not in _BY_HAND and hasattr(kind, "status"):
        of = _traced(kind, observe)
        for item in objects:
            item.__class__ = of
    return objects


@functools.cache
def _traced(kind: Any, observe: Callable[[], None]) -> type[Any]:
    """Return *kind* with a status that tells when it is read."""
    status: Any = inspect.getattr_static(kind, "status")

    def read(self: Any) -> Any:
        observe()
        return status.__get__(self, kind)

    def write(self: Any, value: Any) -> None:
        status.__set__(self, value)

    traced: dict[str, Any] = {"status": property(read, write), "__module__": kind.__module__}
    if issubclass(kind, dict):  # a resource of nobody's model is asked by keys, too
        traced |= {"__getitem__": _by_key(dict.__getitem__, observe), "get": _by_key(dict.get, observe)}
    return type(kind.__name__, (kind,), traced)


def _by_key(method: Callable[..., Any], observe: Callable[[], None]) -> Callable[..., Any]:
    def read(self: Any, key: Any, *default: Any) -> Any:
        if key == "status":
            observe()
        return method(self, key, *default)

    return read

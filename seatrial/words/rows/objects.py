"""What all rows share: which objects are meant, how they are named, and what of a pod runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pytest_bdd import parsers, then

from seatrial.checks.expectations import Matcher
from seatrial.observers.cluster import Cluster

F = TypeVar("F", bound=Callable[..., None])

_SCOPES = (' outside the namespaces "{without}"', ' in the namespace "{namespace}"', "")


def everywhere(text: str) -> Callable[[F], F]:
    """Define a word of a Then that may be said of the whole cluster, of one namespace, or of all but some.

    Its function takes ``namespace`` and ``without``, with nothing as their defaults.
    """

    def define(word: F) -> F:
        for scope in _SCOPES:
            then(parsers.parse(text + scope), stacklevel=2)(word)
        return word

    return define


def found(cluster: Cluster, kind: Any, namespace: str = "", without: str = "") -> list[Any]:
    """Return the objects of *kind* in *namespace*, or in all but those that *without* names, with commas between."""
    left_out = listed(without)
    return [item for item in cluster.all(kind, namespace=namespace or None) if item.metadata.namespace not in left_out]


def listed(names: str) -> set[str]:
    """Return the names in a text that has commas between them."""
    return {name.strip() for name in names.split(",") if name.strip()}


def of_version(version: str) -> Matcher:
    """Expect Kubernetes' *version*, such as 1.36 or 1.36.1, with a ``v`` before it or without."""
    wanted = version.removeprefix("v")
    return Matcher(version, lambda seen: f"{seen}.".startswith(f"v{wanted}."))


def place(item: Any) -> str:
    """Return the namespace and the name of an object."""
    return f"{item.metadata.namespace}/{item.metadata.name}"


def true_of(item: Any, condition: str) -> bool:
    """Return whether an object reports a *condition* as true."""
    conditions = (item.status.conditions if item.status else None) or []
    return any(c.type == condition and c.status == "True" for c in conditions)


def containers(pod: Any) -> list[Any]:
    """Return the containers of a pod, those that prepare it among them."""
    return [*(pod.spec.initContainers or []), *(pod.spec.containers or [])]


def phase(pod: Any) -> str:
    """Return how far a pod has come."""
    return (pod.status.phase if pod.status else "") or "Pending"


def going(pod: Any) -> bool:
    """Return whether a pod is meant to run on: it has not done its work, and is not being removed."""
    return phase(pod) != "Succeeded" and pod.metadata.deletionTimestamp is None

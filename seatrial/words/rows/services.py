"""Services and ingresses, and whether anything ready stands behind them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lightkube.resources.core_v1 import Service
from lightkube.resources.discovery_v1 import EndpointSlice
from lightkube.resources.networking_v1 import Ingress

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from seatrial.words.rows.objects import found, place

_OF = "kubernetes.io/service-name"


def services(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every Service that selects pods, with its ready endpoints."""
    ready = _ready(cluster, namespace)
    selecting = (s for s in found(cluster, Service, namespace, without) if s.spec and s.spec.selector)
    return {place(service): {"ready_endpoints": ready[place(service)]} for service in selecting}


def named(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return the Service called *name*, with its ready endpoints."""
    ready = _ready(cluster, namespace)
    items = cluster.all(Service, name=name, namespace=namespace)
    return {place(service): {"ready_endpoints": ready[place(service)]} for service in items}


def ways(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every way that an Ingress names, with the ready endpoints of the service that it leads to."""
    ready = _ready(cluster, namespace)
    return {
        f"{place(item)} {way}": {"service": name, "ready_endpoints": ready[f"{item.metadata.namespace}/{name}"]}
        for item in found(cluster, Ingress, namespace, without)
        for way, name in _ways(item)
    }


def _ways(item: Any) -> list[tuple[str, str]]:
    spec = item.spec
    default = [("by default", spec.defaultBackend)] if spec and spec.defaultBackend else []
    ruled = [
        (f"{rule.host or ''}{path.path or '/'}", path.backend)
        for rule in (spec.rules if spec else None) or []
        for path in (rule.http.paths if rule.http else [])
    ]
    return [(way, backend.service.name) for way, backend in [*default, *ruled] if backend.service]


def _ready(cluster: Cluster, namespace: str) -> Counter[str]:
    """Return how many ready endpoints each service has; one that says nothing of being ready counts, as agreed.

    A pod with addresses of two families is in two slices, and is one endpoint.
    """
    pieces: list[Any] = list(cluster.all(EndpointSlice, namespace=namespace or None))
    ready = {
        (f"{piece.metadata.namespace}/{(piece.metadata.labels or {}).get(_OF, '')}", _who(endpoint))
        for piece in pieces
        for endpoint in piece.endpoints or []
        if not endpoint.conditions or endpoint.conditions.ready is not False
    }
    return Counter(service for service, _ in ready)


def _who(endpoint: Any) -> str:
    of = endpoint.targetRef
    return f"{of.kind} {of.namespace}/{of.name}" if of else str(endpoint.addresses[0])

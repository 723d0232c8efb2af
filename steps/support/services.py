"""Services: the ports that they offer and the pods that they lead to."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import Pod, Service
from lightkube.resources.discovery_v1 import EndpointSlice

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.objects import label
from steps.support.workloads import TRACK, readiness


def services(cluster: Cluster, name: str | None = None, namespace: str | None = None) -> Rows:
    """Return services by name with the ports that they offer."""
    found: list[Any] = list(cluster.all(Service, name=name, namespace=namespace))
    return {s.metadata.name: {"ports": {p.port for p in s.spec.ports or []}, "kind": s.spec.type} for s in found}


def kinds(cluster: Cluster) -> Rows:
    """Return every service of every namespace with its kind."""
    found: list[Any] = list(cluster.all(Service))
    return {f"{s.metadata.namespace}/{s.metadata.name}": {"kind": s.spec.type} for s in found}


def url(cluster: Cluster, name: str, namespace: str) -> str:
    """Return the address at which the service *name* is called within the cluster.

    Raises:
        LookupError: If there is no such service.
    """
    item: Any = cluster.one(Service, name, namespace=namespace)
    if item is None:
        raise LookupError(f"no service {name} in the namespace {namespace}")
    return f"http://{name}.{namespace}.svc.cluster.local:{item.spec.ports[0].port}"


def behind(cluster: Cluster, name: str) -> Rows:
    """Return every pod that the service *name* leads to or ought to, by the name of its pod.

    A pod ought to be led to if the service selects it and it is ready.
    """
    rows: dict[str, dict[str, object]] = {}
    found: list[Any] = list(cluster.all(Service, name=name))
    for service in found:
        namespace = service.metadata.namespace
        led = _led_to(cluster, name, namespace)
        chosen: list[Any] = list(cluster.all(Pod, namespace=namespace, labels=service.spec.selector or {"": ""}))
        ready = {p.metadata.name: label(p, TRACK) for p in chosen if readiness(p)}
        for pod in sorted(led | set(ready)):
            rows[pod] = {"ready": pod in ready, "led_to": pod in led, "track": ready.get(pod, "")}
    return rows


def shares(cluster: Cluster, name: str) -> dict[str, int]:
    """Count the ready pods that the service *name* leads to: all of them, and the canaries."""
    rows = [r for r in behind(cluster, name).values() if r["ready"] and r["led_to"]]
    return {"pods": len(rows), "canaries": sum(r["track"] == "canary" for r in rows)}


def _led_to(cluster: Cluster, name: str, namespace: str) -> set[str]:
    slices: list[Any] = list(
        cluster.all(EndpointSlice, namespace=namespace, labels={"kubernetes.io/service-name": name})
    )
    ends = [e for s in slices for e in s.endpoints or []]
    open_ = [e for e in ends if not e.conditions or e.conditions.ready in (None, True)]
    return {e.targetRef.name for e in open_ if e.targetRef and e.targetRef.kind == "Pod"}

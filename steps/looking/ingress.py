"""Ingress controllers, routes and their certificates."""

from __future__ import annotations

import base64
import datetime
from typing import Any

from cryptography import x509
from lightkube.resources.core_v1 import Pod, Secret, Service
from lightkube.resources.networking_v1 import Ingress, IngressClass

from seatrial.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.looking.nodes import address_of, found
from steps.looking.objects import containers
from steps.looking.workloads import readiness

CONTROLLER = {"app.kubernetes.io/component": "ingress-controller"}


def controllers(cluster: Cluster) -> Rows:
    """Give every node by name with its ingress controller: how it is, its ports, its checks."""
    return {n.metadata.name: _row(_on(cluster, n.metadata.name)) for n in found(cluster, "node")}


def addresses(cluster: Cluster) -> dict[str, str]:
    """Give the address of every node with a ready ingress controller, by the node's name."""
    able = {name for name, row in controllers(cluster).items() if row["controller"] == "ready"}
    return {n.metadata.name: address_of(n) for n in found(cluster, "node") if n.metadata.name in able}


def controller_on(cluster: Cluster, node: str) -> Any:
    """Give the ingress controller's pod on *node*.

    Raises:
        LookupError: If there is none.
    """
    pods = _on(cluster, node)
    if not pods:
        raise LookupError(f"no ingress controller on {node}")
    return pods[0]


def routes(cluster: Cluster) -> Rows:
    """Give every route by the name that it is for, or ``any name``: service, port, class and maker's wording."""
    rows: dict[str, dict[str, object]] = {}
    items: list[Any] = list(cluster.all(Ingress))
    for item in items:
        secured = {host for tls in item.spec.tls or [] for host in tls.hosts or []}
        for rule in item.spec.rules or []:
            backends = [p.backend.service for p in (rule.http.paths if rule.http else []) if p.backend.service]
            rows[rule.host or "any name"] = {
                "namespace": item.metadata.namespace,
                "route": item.metadata.name,
                "service": {b.name for b in backends},
                "port": {(b.port.number or b.port.name) if b.port else None for b in backends},
                "secured": rule.host in secured,
                "makers_wording": _makers(item.metadata.annotations or {}),
            }
    return rows


def route_ports(cluster: Cluster, host: str) -> Rows:
    """Give the routes of *host* with the service and the number of the port that each leads to."""
    row = routes(cluster).get(host)
    if row is None:
        return {}
    named = {str(p) for p in row["port"]}  # type: ignore[attr-defined]  # a set, see routes
    services = list(row["service"])  # type: ignore[call-overload]
    ports = {n for s in services for n in _numbers(cluster, s, str(row["namespace"]), named)}
    return {host: {"service": " ".join(services), "port": " ".join(str(p) for p in sorted(ports))}}


def default_classes(cluster: Cluster) -> Rows:
    """Give the kinds of controller that new routes get when they name none."""
    items: list[Any] = list(cluster.all(IngressClass))
    default = "ingressclass.kubernetes.io/is-default-class"
    return {
        c.metadata.name: {"controller": c.spec.controller}
        for c in items
        if (c.metadata.annotations or {}).get(default) == "true"
    }


def certificates(cluster: Cluster) -> Rows:
    """Give, for every host of every route, whether its certificate names it, and the days that it is valid for."""
    rows: dict[str, dict[str, object]] = {}
    items: list[Any] = list(cluster.all(Ingress))
    for item in items:
        secrets = {h: tls.secretName for tls in item.spec.tls or [] for h in tls.hosts or []}
        for host in sorted({rule.host for rule in item.spec.rules or [] if rule.host}):
            rows[host] = _certificate(cluster, secrets.get(host), item.metadata.namespace, host)
    return rows


def names_host(certificate: x509.Certificate, host: str) -> bool:
    """Say whether *certificate* is for *host*, by name or by the wildcard of its zone."""
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    names = extension.value.get_values_for_type(x509.DNSName)
    return host in names or "*." + host.partition(".")[2] in names


def _certificate(cluster: Cluster, secret: str | None, namespace: str, host: str) -> dict[str, object]:
    kept: Any = cluster.one(Secret, secret, namespace=namespace) if secret else None
    if kept is None or "tls.crt" not in (kept.data or {}):
        return {"certificate": "missing", "names_it": False, "days_left": 0}
    certificate = x509.load_pem_x509_certificate(base64.b64decode(kept.data["tls.crt"]))
    left = certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return {"certificate": "there", "names_it": names_host(certificate, host), "days_left": left.days}


def _numbers(cluster: Cluster, service: str, namespace: str, named: set[str]) -> set[int]:
    item: Any = cluster.one(Service, service, namespace=namespace)
    ports = (item.spec.ports or []) if item else []
    return {p.port for p in ports if p.name in named or str(p.port) in named}


def _makers(annotations: dict[str, str]) -> set[str]:
    ours = ("kubectl.kubernetes.io/", "app.kubernetes.io/", "seatrial.dev/")
    return {key for key in annotations if not key.startswith(ours)}


def _on(cluster: Cluster, node: str) -> list[Any]:
    pods: list[Any] = list(cluster.all(Pod, namespace="ingress", labels=CONTROLLER))
    return sorted((p for p in pods if p.spec.nodeName == node), key=lambda p: not readiness(p))


def _row(pods: list[Any]) -> dict[str, object]:
    if not pods:
        return {"controller": "missing", "ports": set(), "checked_at": set()}
    container = containers(pods[0])[0]
    probes = [p for p in (container.readinessProbe, container.livenessProbe) if p is not None]
    return {
        "controller": "ready" if readiness(pods[0]) else "not ready",
        "ports": {p.hostPort for p in container.ports or [] if p.hostPort},
        "checked_for_being_ready": container.readinessProbe is not None,
        "checked_for_being_alive": container.livenessProbe is not None,
        "checked_at": {(p.httpGet or p.tcpSocket).port for p in probes if p.httpGet or p.tcpSocket},
    }

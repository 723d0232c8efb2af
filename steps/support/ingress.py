"""Ingress controllers, routes and their certificates."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from cryptography import x509
from lightkube.models.networking_v1 import HTTPIngressPath
from lightkube.resources.core_v1 import Pod, Secret, Service
from lightkube.resources.networking_v1 import Ingress, IngressClass

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.nodes import address_of, found
from steps.support.objects import containers, true_of
from steps.support.workloads import asks, readiness

ANY = "any other name"
"""Stands for whatever name no route is for."""

CONTROLLER = {"app.kubernetes.io/component": "ingress-controller"}
CONTROLLERS, CERTIFICATE = "ingress", "platform-tls"
"""The namespace of the controllers, and the Secret in it that has the certificate of every route that names none."""


def controllers(cluster: Cluster) -> Rows:
    """Return every node by name with its ingress controller: how it is, its ports, its checks.

    A member of the cluster that is to have none is there if it has one.
    """
    wanted = {n.metadata.name: _row(_on(cluster, n.metadata.name)) for n in found(cluster, "node")}
    others = {n.metadata.name for n in found(cluster)} - set(wanted)
    return wanted | {name: {"controller": "one too many"} for name in others if _on(cluster, name)}


def addresses(cluster: Cluster, address_type: str) -> dict[str, str]:
    """Return the address, of a type, of every ready node with a ready ingress controller, by the node's name."""
    able = {name for name, row in controllers(cluster).items() if row["controller"] == "ready"}
    ready = [n for n in found(cluster, "node") if true_of(n, "Ready") and n.metadata.name in able]
    return {n.metadata.name: address_of(n, address_type) for n in ready}


def controller_on(cluster: Cluster, node: str) -> Any:
    """Return the ingress controller's pod on *node*.

    Raises:
        LookupError: If there is none.
    """
    pods = _on(cluster, node)
    if not pods:
        raise LookupError(f"no ingress controller on {node}")
    return pods[0]


def by_node(cluster: Cluster) -> dict[str, str]:
    """Return the identity of the ingress controller of every node; nothing where there is none."""
    on = {n.metadata.name: _on(cluster, n.metadata.name) for n in found(cluster, "node")}
    return {node: pods[0].metadata.uid if pods else "" for node, pods in on.items()}


def routes(cluster: Cluster) -> Rows:
    """Return every object that makes routes by name: the kind of controller it asks for, and its maker's wording."""
    items: list[Any] = list(cluster.all(Ingress))
    return {
        f"{i.metadata.namespace}/{i.metadata.name}": {
            "kind": i.spec.ingressClassName,
            "makers_wording": _makers(i.metadata.annotations or {}),
        }
        for i in items
    }


def route_ports(cluster: Cluster) -> Rows:
    """Return every name that routes are for, or `ANY`: their paths, and the services and ports that they lead to.

    ``ends_at_an_open_port`` is whether every pod behind opens the port to which the service leads.
    """
    rows: dict[str, dict[str, set[object]]] = {}
    ends: dict[str, list[bool]] = {}
    for host, namespace, path in _paths(cluster):
        row = rows.setdefault(host, {"service": set(), "port": set(), "paths": set()})
        offered = _offered(cluster, path.backend.service, namespace)
        row["service"].add(path.backend.service.name)
        row["port"].update(p.port for p in offered)
        row["paths"].add(path.path if path.pathType == "Prefix" else f"{path.pathType} {path.path}")
        ends.setdefault(host, []).append(_ends(cluster, path.backend.service.name, namespace, offered))
    return {host: {**row, "ends_at_an_open_port": all(ends[host])} for host, row in rows.items()}


def default_classes(cluster: Cluster) -> Rows:
    """Return the kinds of controller that new routes get when they name none."""
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
        secrets = {h: _secret(item, tls) for tls in item.spec.tls or [] for h in tls.hosts or []}
        for host in sorted({rule.host for rule in item.spec.rules or [] if rule.host}):
            rows[host] = _certificate(cluster, secrets.get(host), host)
    return rows


def names_host(certificate: x509.Certificate, host: str) -> bool:
    """Return whether *certificate* is for *host*, by name or by the wildcard of its zone."""
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    names = extension.value.get_values_for_type(x509.DNSName)
    return host in names or "*." + host.partition(".")[2] in names


def _secret(route: Any, tls: Any) -> tuple[str, str]:
    """Return the namespace and the name of the Secret that has the certificate of a route."""
    return (route.metadata.namespace, tls.secretName) if tls.secretName else (CONTROLLERS, CERTIFICATE)


def _certificate(cluster: Cluster, secret: tuple[str, str] | None, host: str) -> dict[str, object]:
    kept: Any = cluster.one(Secret, secret[1], namespace=secret[0]) if secret else None
    if kept is None or "tls.crt" not in (kept.data or {}):
        return {"certificate": "missing", "names_it": False, "days_left": 0}
    certificate = x509.load_pem_x509_certificate(base64.b64decode(kept.data["tls.crt"]))
    left = certificate.not_valid_after_utc - dt.datetime.now(dt.UTC)
    return {"certificate": "there", "names_it": names_host(certificate, host), "days_left": left.days}


def _paths(cluster: Cluster) -> list[tuple[str, str, Any]]:
    """Return every path of every route that leads to a service, with its name and its namespace."""
    items: list[Any] = list(cluster.all(Ingress))
    found = [
        (rule.host or ANY, item.metadata.namespace, path)
        for item in items
        for rule in item.spec.rules or []
        for path in (rule.http.paths if rule.http else [])
    ]
    rest = [
        (ANY, item.metadata.namespace, HTTPIngressPath(item.spec.defaultBackend, "Prefix", path="/"))
        for item in items
        if item.spec.defaultBackend
    ]
    return [one for one in (*found, *rest) if one[2].backend.service]


def _offered(cluster: Cluster, backend: Any, namespace: str) -> list[Any]:
    """Return the ports of a service that a route asks for, by name or by number."""
    item: Any = cluster.one(Service, backend.name, namespace=namespace)
    wanted = (backend.port.name, backend.port.number)
    return [p for p in (item.spec.ports or []) if p.name == wanted[0] or p.port == wanted[1]] if item else []


def _ends(cluster: Cluster, service: str, namespace: str, offered: list[Any]) -> bool:
    """Return whether there are pods behind a service, all of which open the port to which it leads."""
    item: Any = cluster.one(Service, service, namespace=namespace)
    pods: list[Any] = list(cluster.all(Pod, namespace=namespace, labels=item.spec.selector)) if item else []
    opened = [{n for c in containers(pod) for p in c.ports or [] for n in (p.name, p.containerPort)} for pod in pods]
    wanted = [p.targetPort or p.port for p in offered]
    return bool(wanted) and bool(opened) and all(port in known for port in wanted for known in opened)


def _makers(annotations: dict[str, str]) -> set[str]:
    ours = ("kubectl.kubernetes.io/", "app.kubernetes.io/", "seatrial.dev/")
    return {key for key in annotations if not key.startswith(ours)}


def _on(cluster: Cluster, node: str) -> list[Any]:
    pods: list[Any] = list(cluster.all(Pod, namespace="ingress", labels=CONTROLLER))
    return sorted((p for p in pods if p.spec.nodeName == node), key=lambda p: not readiness(p))


def _row(pods: list[Any]) -> dict[str, object]:
    if not pods:
        return {"controller": "missing", "ports": set()}
    container = containers(pods[0])[0]
    return {
        "controller": "ready" if readiness(pods[0]) else "not ready",
        "ports": {p.hostPort for p in container.ports or [] if p.hostPort},
        "checked_for_being_ready": asks(container, container.readinessProbe),
        "asked_for_being_alive": asks(container, container.livenessProbe) and bool(container.livenessProbe.httpGet),
    }

"""Who may reach the machines, as platform.yaml and kops have it: every opening of their security groups."""

from __future__ import annotations

from provision.spec import PlatformSpec

ANYWHERE = "0.0.0.0/0"

# What kops opens between machines: everything to masters and among nodes, and to masters all that is not etcd's.
_AMONG_MACHINES = (
    "masters all all masters",
    "masters tcp 1-2379 nodes",
    "masters tcp 2382-4000 nodes",
    "masters tcp 4003-65535 nodes",
    "masters udp 1-65535 nodes",
    "nodes all all masters",
    "nodes all all nodes",
)


def agreed_openings(spec: PlatformSpec) -> list[str]:
    """Return every opening that was agreed: group, protocol, ports, who may come (``nodes tcp 80 0.0.0.0/0``)."""
    ssh = [f"{group} tcp 22 {source}" for group in ("masters", "nodes") for source in spec.access.ssh]
    api = [f"masters tcp 443 {source}" for source in spec.access.api]
    ingress = [f"nodes tcp {port} {source}" for port, source in ingress_sources(spec)]
    return sorted({*_AMONG_MACHINES, *ssh, *api, *ingress})


def ingress_sources(spec: PlatformSpec) -> list[tuple[int, str]]:
    """Return every port of the ingress controllers with each range that may reach it."""
    ports = spec.ingress.ports
    everybody = [(port, ANYWHERE) for port in (ports.http, ports.https)]
    return everybody + [(ports.status, source) for source in spec.access.status]

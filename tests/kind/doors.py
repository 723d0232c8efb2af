"""Every door of a platform on ``kind``: what a stranger asks there, and the few questions that are answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from provision.engine import Engine
from tests.local.doors import API, ETCD, LIVES, NOTHING, Door, moto, paths, resolver
from tests.local.listening import Listener, reachable

# kubeadm lets everybody ask how an API server is, of which version, and who vouches for it: a node that joins has to.
_API = Door(
    {**API.asked, "cluster-info": "/api/v1/namespaces/kube-public/configmaps/cluster-info"},
    {
        **dict.fromkeys(("/healthz", "/livez"), LIVES),
        "/readyz?verbose": r"(?s)200 \[\+\]ping ok\n.*",
        "/version": r"(?s)200 \{.*\"gitVersion\".*",
        "cluster-info": r"(?s)200 .*certificate-authority-data.*",
    },
)
_KUBELET = paths(
    "/pods", "/runningpods/", "/stats/summary", "/logs/", "/configz", "/containerLogs/dns/x/x",
    "POST /run/dns/x/x", "POST /exec/dns/x/x?command=id",
    answered=dict.fromkeys(("/", "/version", "/nobody-knows-this"), f"({NOTHING})?"),  # it may not get to who asks
)  # fmt: skip
_PROXY = paths(
    answered={
        **dict.fromkeys(("/healthz", "/livez"), r"(?s)200 \{\"lastUpdated\".*"),
        **dict.fromkeys(("/", "/version", "/metrics", "/debug/pprof/", "/nobody-knows-this"), NOTHING),
    }
)
_IMAGE = "/v2/tools/manifests/latest"
REGISTRY = paths(
    "/v2/",
    "/v2/_catalog",
    "/v2/tools/tags/list",
    _IMAGE,
    f"PUT {_IMAGE}",
    f"DELETE {_IMAGE}",
    "POST /v2/tools/blobs/uploads/",
    answered={
        "/": "200 ",  # that it lives
        **dict.fromkeys(("/version", "/healthz", "/metrics", "/debug/pprof/", "/nobody-knows-this"), NOTHING),
    },
)


def of_processes(gateway: str, team: str, zone: str) -> dict[Listener, Door]:
    """Return what the platform's processes on this machine are known to listen on."""
    return {
        Listener("moto", "tcp", f"{gateway}:4566"): moto(team, zone),
        Listener("registry", "tcp", f"{gateway}:5000"): REGISTRY,
        **{Listener("resolver", kind, f"{gateway}:10053"): resolver(zone) for kind in ("tcp", "udp")},
    }


def of_machines(
    addresses: Mapping[str, str], masters: Sequence[str], balancer: tuple[str, str]
) -> dict[Listener, Door]:
    """Return what the machines are known to listen on beyond their own loopback, the load balancer among them."""
    found = {Listener(balancer[0], "tcp", f"{balancer[1]}:6443"): _API}
    for name, at in addresses.items():
        every = {10250: _KUBELET, 10256: _PROXY}
        own = {2379: ETCD, 2380: ETCD, 6443: _API} if name in masters else {}
        found |= {Listener(name, "tcp", f"{at}:{port}"): door for port, door in {**every, **own}.items()}
    return found


def listen_in(engine: Engine, containers: Sequence[str]) -> list[Listener]:
    """List what listens in the network of each container, but for its own loopback."""
    found = set()
    for container in engine.inspect("container", containers):
        name = container["Name"].lstrip("/")
        (network,) = container["NetworkSettings"]["Networks"].values()
        for _, kind, at in reachable(container["State"]["Pid"]):
            host, _, port = at.rpartition(":")
            if kind != "unix" and not host.startswith("127.") and host != "::1":
                found.add(Listener(name, kind, f"{_where(host, network['IPAddress'])}:{port}"))
    return sorted(found)


def _where(host: str, address: str) -> str:
    return address if host in ("0.0.0.0", "::") else host.removeprefix("::ffff:")


def published(engine: Engine, containers: Sequence[str]) -> list[tuple[str, int]]:
    """List the addresses of this machine at which the engine passes on to a container."""
    found = engine.inspect("container", containers)
    ports = [one for container in found for taken in _ports(container) for one in taken]
    return sorted({(port["HostIp"], int(port["HostPort"])) for port in ports})


def _ports(container: Any) -> Iterator[list[dict[str, str]]]:
    return (taken for taken in container["NetworkSettings"]["Ports"].values() if taken)


def a_pods_network(engine: Engine, node: str) -> str:
    """Return the network of a pod on *node* that has one of its own, as a file."""
    (container,) = engine.inspect("container", [node])
    init = psutil.Process(container["State"]["Pid"])
    own = _network(init.pid)
    held = [one.pid for one in init.children(recursive=True) if one.name() == "pause" and _network(one.pid) != own]
    assert held, f"no pod on {node} has a network of its own"
    return f"/proc/{held[0]}/ns/net"


def _network(pid: int) -> str:
    return str(Path(f"/proc/{pid}/ns/net").readlink())

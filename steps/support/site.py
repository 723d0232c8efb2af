"""What breaks look for on the platform before and after they are made."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lightkube import ApiError
from lightkube.resources.core_v1 import Node, Pod

from seatrial.faults.journal import FAULTS
from seatrial.sabotage import Site

ZONE = "topology.kubernetes.io/zone"
MASTER = "node-role.kubernetes.io/control-plane"
INSTANCE = "seatrial.dev/instance-id"
DEPLOYMENT, DAEMONSET, STATEFULSET = "apps/v1 Deployment", "apps/v1 DaemonSet", "apps/v1 StatefulSet"
INGRESS = "networking.k8s.io/v1 Ingress"
_NAME = "app.kubernetes.io/name"
_MISSING = 404
_READ: dict[Path, tuple[int, list[dict[str, Any]]]] = {}
"""Journals, by their files: how long each was, and what stood in it."""


def nodes(site: Site) -> list[Any]:
    """Return the nodes that are no masters, by zone."""
    return [node for node in _members(site) if MASTER not in node.metadata.labels]


def masters(site: Site) -> list[Any]:
    """Return the masters, by zone."""
    return [node for node in _members(site) if MASTER in node.metadata.labels]


def pods(site: Site, name: str, namespace: str) -> list[Any]:
    """Return the pods of one component that are not leaving, by their names."""
    found = [p for p in _pods(site, name, namespace) if not p.metadata.deletionTimestamp]
    return sorted(found, key=lambda p: str(p.metadata.name))


def gone(site: Site, name: str, namespace: str) -> bool:
    """Return whether a component has no pod any more, not even one that is leaving: it would still do its work."""
    return not _pods(site, name, namespace)


def there(site: Site, kind: Any, name: str, **scope: str) -> bool:
    """Return whether an object is there."""
    try:
        site.kube.get(kind, name, **scope)
    except ApiError as error:
        if error.status.code == _MISSING:
            return False
        raise
    return True


def begun(site: Site, scenario: str, changes: int = 1) -> bool:
    """Return whether a scenario has made so many changes that are not undone."""
    records = _journal(site)
    undone = {record["id"] for record in records if record.get("undone")}
    made = [r for r in records if r.get("scenario") == scenario and r["id"] not in undone]
    return len(made) >= changes


def _journal(site: Site) -> list[dict[str, Any]]:
    """Return what scenarios have journalled; it is read anew only when it has grown: it is asked for all the time."""
    state = site.platform.state
    file = state.dir / f"{FAULTS}.jsonl"
    size = file.stat().st_size if file.exists() else 0
    if _READ.get(file, (-1, []))[0] != size:
        _READ[file] = size, state.records(FAULTS)
    return _READ[file][1]


def once(site: Site, met: Callable[[], object], act: Callable[[], object], late: float = 0.0) -> None:
    """Have somebody act one time beside the scenarios, as soon as something is so, or so many seconds later."""
    seen: list[float] = []
    done: list[bool] = []

    def acting() -> None:
        if not seen and met():
            seen.append(time.monotonic())
        if seen and not done and time.monotonic() >= seen[0] + late:
            done.append(True)
            act()

    site.beside(acting)


def visited(site: Site, node: Any) -> str:
    """Return the address of a node to which names lead."""
    return address_of(node, site.facts.address_type)


def address_of(node: Any, address_type: str = "InternalIP") -> str:
    """Return the private address of a node, or one of another type."""
    return str(next(a.address for a in node.status.addresses if a.type == address_type))


def container(name: str, **fields: Any) -> dict[str, Any]:
    """Return the patch of a workload that changes one container of its pods."""
    return {"spec": {"template": {"spec": {"containers": [{"name": name, **fields}]}}}}


def clean(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an object as somebody would write it who makes it anew."""
    kept = ("name", "namespace", "labels", "annotations")
    meta = {key: manifest["metadata"][key] for key in kept if key in manifest["metadata"]}
    return {key: value for key, value in manifest.items() if key != "status"} | {"metadata": meta}


def _members(site: Site) -> list[Any]:
    on_machines = [n for n in site.kube.list(Node) if INSTANCE in (n.metadata.labels or {})]  # none made by hand
    return sorted(on_machines, key=lambda node: str(node.metadata.labels[ZONE]))


def _pods(site: Site, name: str, namespace: str) -> list[Any]:
    return list(site.kube.list(Pod, namespace=namespace, labels={_NAME: name}))

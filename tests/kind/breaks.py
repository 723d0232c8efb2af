"""Breaks of what only real containers do: pages, certificates, logs, data, rollouts under traffic, names, health."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from provision.targets.base.pki import Pki
from seatrial.provisioning.state import PlatformState
from tests.sabotage import names, workloads
from tests.sabotage.site import ZONE, Site, patched, until

_FIRST, _SECOND = "eu-west-1a", "eu-west-1b"
_DATA = "/data/db"


@contextmanager
def route_astray(site: Site) -> Iterator[tuple[str, ...]]:
    """Lead the visitors of one microservice to the other."""
    rules = site.read("networking.k8s.io/v1", "Ingress", "msvc1", "microservices")["spec"]["rules"]
    rules[0]["http"]["paths"][0]["backend"]["service"]["name"] = "msvc2"
    with patched(site, "networking.k8s.io/v1 Ingress", "msvc1", "microservices", {"spec": {"rules": rules}}):
        yield (site.nodes()[0].metadata.name,)


@contextmanager
def certificate_of_a_stranger(site: Site) -> Iterator[tuple[str, ...]]:
    """Put a certificate of nobody's authority in the place of the platform's."""
    with tempfile.TemporaryDirectory() as folder:
        zone = site.facts["zone"]
        pair = Pki(PlatformState(Path(folder), "stranger")).kubernetes.issue("ingress", zone, hosts=[zone, f"*.{zone}"])
        files = {"tls.crt": pair.cert, "tls.key": pair.key}
        data = {name: base64.b64encode(path.read_bytes()).decode() for name, path in files.items()}
    with patched(site, "v1 Secret", "platform-tls", "microservices", {"data": data}):
        yield (f"msvc1.{zone}",)


@contextmanager
def collectors_missing(site: Site) -> Iterator[tuple[str, ...]]:
    """Have collectors of logs in one zone only."""
    one_zone = {"spec": {"template": {"spec": {"nodeSelector": {ZONE: _FIRST}}}}}
    elsewhere = {n.metadata.name for n in (*site.nodes(), *site.masters()) if n.metadata.labels[ZONE] != _FIRST}
    with patched(site, "apps/v1 DaemonSet", "fluentd", "backing", one_zone):
        until("they are gone", lambda: not elsewhere & {p.spec.nodeName for p in site.pods("fluentd", "backing")})
        yield ()


@contextmanager
def data_on_no_volume(site: Site) -> Iterator[tuple[str, ...]]:
    """Have the database's members keep their data in a folder that goes with them."""
    mounts = {"containers": [{"name": "mongodb", "volumeMounts": [{"mountPath": _DATA, "name": "tmp"}]}]}
    with patched(site, "apps/v1 StatefulSet", "mongodb", "backing", {"spec": {"template": {"spec": mounts}}}):
        until("all members do", lambda: [_keeps_in(pod) for pod in site.pods("mongodb", "backing")] == ["tmp"] * 3)
        yield ()


def _keeps_in(pod: Any) -> str:
    """Name the volume with the data of a pod that is ready."""
    ready = any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])
    return next((m.name for m in pod.spec.containers[0].volumeMounts if ready and m.mountPath == _DATA), "")


@contextmanager
def all_at_once(site: Site) -> Iterator[tuple[str, ...]]:
    """Have a rollout end all pods before it starts others."""
    with patched(
        site, workloads.DEPLOYMENT, "msvc1", "microservices",
        {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}}},
    ):  # fmt: skip
        yield ()


@contextmanager
def updater_gone(site: Site) -> Iterator[tuple[str, ...]]:
    """Have nobody keep the names."""
    with patched(site, workloads.DEPLOYMENT, "dns-updater", "dns", {"spec": {"replicas": 0}}):
        until("the updater is gone", lambda: site.gone("dns-updater", "dns"))
        yield (f"guestbook.{site.facts['zone']}",)


@contextmanager
def nobody_checks(site: Site) -> Iterator[tuple[str, ...]]:
    """Have the answers for a microservice depend on nobody's health."""
    with ExitStack() as stack:
        stack.enter_context(updater_gone(site))
        for record in names.records(site, "msvc1"):
            unchecked = {key: value for key, value in record.items() if key != "HealthCheckId"}
            stack.enter_context(names.changed(site, record, unchecked))
        node = next(n for n in site.nodes() if n.metadata.labels[ZONE] == _SECOND)
        yield (next(a.address for a in node.status.addresses if a.type == "InternalIP"),)

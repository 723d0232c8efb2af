"""Breaks of the cluster's members: nodes, masters, etcd, the ownership mark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube.resources.core_v1 import Pod

from tests.sabotage.site import ZONE, Site, deleted, frozen, patched, until


@contextmanager
def member_silent(site: Site) -> Iterator[tuple[str, ...]]:
    with frozen(site, "etcd-2"):
        yield ("etcd-2",)


@contextmanager
def machine_cordoned(site: Site) -> Iterator[tuple[str, ...]]:
    machine = site.masters()[2].metadata  # no pod moves because of it
    with patched(site, "v1 Node", machine.name, "", {"spec": {"unschedulable": True}}):
        yield (machine.labels["seatrial.dev/instance-id"],)


@contextmanager
def node_misplaced(site: Site) -> Iterator[tuple[str, ...]]:
    node = site.nodes()[0].metadata
    with patched(site, "v1 Node", node.name, "", {"metadata": {"labels": {ZONE: "eu-west-1c"}}}):
        yield (node.labels["seatrial.dev/instance-id"],)


@contextmanager
def master_open(site: Site) -> Iterator[tuple[str, ...]]:
    master = site.masters()[0].metadata.name
    with patched(site, "v1 Node", master, "", {"spec": {"taints": None}}):
        yield (master,)


@contextmanager
def node_drained(site: Site) -> Iterator[tuple[str, ...]]:
    """Cordon a node and have leave it what may: one member of MongoDB finds no other place."""
    node = site.nodes()[0].metadata.name
    with patched(site, "v1 Node", node, "", {"spec": {"unschedulable": True}}):
        for pod in _movable(site, node):
            site.kube.delete(Pod, pod.metadata.name, namespace=pod.metadata.namespace, grace_period=0)
        until(f"{node} is drained", lambda: not _movable(site, node))
        yield (node,)


@contextmanager
def mark_lost(site: Site) -> Iterator[tuple[str, ...]]:
    with patched(site, "v1 ConfigMap", "seatrial-ownership", "kube-system", {"data": {"team": "strangers"}}):
        yield ("strangers",)


@contextmanager
def quotas_removed(site: Site) -> Iterator[tuple[str, ...]]:
    with deleted(site, "v1 ResourceQuota", "microservices", "microservices"):
        yield ()


@contextmanager
def certificate_lost(site: Site) -> Iterator[tuple[str, ...]]:
    with deleted(site, "v1 Secret", "platform-tls", "microservices"):
        yield (f"msvc1.{site.facts['zone']}",)


def _movable(site: Site, node: str) -> list[Any]:
    found = site.kube.list(Pod, namespace="*", fields={"spec.nodeName": node})
    return [p for p in found if all(o.kind != "DaemonSet" for o in p.metadata.ownerReferences or [])]

"""Workloads, and how many of their pods are as they should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, Pod

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from seatrial.words.rows.objects import found, going, place, true_of

ZONE = "topology.kubernetes.io/zone"
_KINDS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet)


def states(cluster: Cluster, kind: Any, namespace: str = "", without: str = "") -> Rows:
    """Return every workload of *kind*: how many ready pods and how many new ones it lacks, and who has seen it."""
    return {place(item): _state(item) for item in found(cluster, kind, namespace, without)}


def named(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return the workloads called *name*, with the pods that are wanted, ready, and renewed."""
    items = _named(cluster, name, namespace)
    return {f"{type(i).__name__} {place(i)}": {"wanted": _wanted(i), "ready": _ready(i)} for i in items}


def spread(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return over how many nodes and zones the ready pods of the workloads called *name* are spread."""
    nodes: list[Any] = list(cluster.all(Node))
    zones = {node.metadata.name: (node.metadata.labels or {}).get(ZONE, "") for node in nodes}
    rows: dict[str, Mapping[str, object]] = {}
    for item in _named(cluster, name, namespace):
        on = {str(pod.spec.nodeName) for pod in _ready_of(cluster, item)}
        rows[f"{type(item).__name__} {place(item)}"] = {
            "nodes": len(on),
            "zones": len({zones[node] for node in on if zones.get(node)}),
        }
    return rows


def ready_pods(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return the ready pods of the workloads called *name*, with the identity of each."""
    pods = (pod for item in _named(cluster, name, namespace) for pod in _ready_of(cluster, item))
    return {pod.metadata.name: {"uid": pod.metadata.uid} for pod in pods}


def still(cluster: Cluster, pod: str, namespace: str, uid: str) -> Rows:
    """Return whether this very pod is still there."""
    there = {p.metadata.uid for p in cluster.all(Pod, name=pod, namespace=namespace) if p.metadata}
    return {pod: {"there": uid in there}}


def rollouts(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every Deployment, and whether its controller has given up on what it is rolling out."""
    return {
        place(item): {"stuck": _condition(item, "Progressing") == "False"}
        for item in found(cluster, Deployment, namespace, without)
    }


def jobs(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every Job, and whether it has failed for good."""
    return {place(item): {"failed": true_of(item, "Failed")} for item in found(cluster, Job, namespace, without)}


def _named(cluster: Cluster, name: str, namespace: str) -> list[Any]:
    return [item for kind in _KINDS for item in cluster.all(kind, name=name, namespace=namespace)]


def _ready_of(cluster: Cluster, item: Any) -> list[Any]:
    labels = item.spec.selector.matchLabels or {}
    pods: list[Any] = list(cluster.all(Pod, namespace=item.metadata.namespace, labels=labels))
    return [pod for pod in pods if going(pod) and true_of(pod, "Ready")]


def _state(item: Any) -> dict[str, object]:
    status, wanted = item.status, _wanted(item)
    new = (status.updatedNumberScheduled if isinstance(item, DaemonSet) else status.updatedReplicas) if status else 0
    return {
        "ready_pods_lacking": max(wanted - _ready(item), 0),
        "new_pods_lacking": max(wanted - (new or 0), 0),
        "seen_by_its_controller": bool(status) and (status.observedGeneration or 0) >= item.metadata.generation,
    }


def _wanted(item: Any) -> int:
    if isinstance(item, DaemonSet):
        return (item.status.desiredNumberScheduled or 0) if item.status else 0
    return 1 if item.spec.replicas is None else int(item.spec.replicas)


def _ready(item: Any) -> int:
    if item.status is None:
        return 0
    return (item.status.numberReady if isinstance(item, DaemonSet) else item.status.readyReplicas) or 0


def _condition(item: Any, kind: str) -> str:
    conditions = (item.status.conditions if item.status else None) or []
    return next((c.status for c in conditions if c.type == kind), "")

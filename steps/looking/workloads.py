"""Workloads and their instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import Pod
from lightkube.resources.policy_v1 import PodDisruptionBudget

from seatrial.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.looking.nodes import zone_of
from steps.looking.objects import containers, label, leaving, true_of

NAME = "app.kubernetes.io/name"
TRACK = "seatrial.dev/track"
PART_OF = {"app.kubernetes.io/part-of": "seatrial-platform"}
MICROSERVICES = "microservices"


def workloads(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Give the workload *name* with the instances it wants and those that are ready."""
    return {w.metadata.name: _row(cluster, w) for w in of_name(cluster, name, namespace)}


def of_name(cluster: Cluster, name: str, namespace: str | None = None) -> list[Any]:
    """Give every Deployment, StatefulSet and DaemonSet of this *name*."""
    kinds: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet)
    return [w for kind in kinds for w in cluster.all(kind, name=name, namespace=namespace)]


def deployment(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Any:
    """Give the Deployment *name*.

    Raises:
        LookupError: If it is not there.
    """
    item = cluster.one(Deployment, name, namespace=namespace)
    if item is None:
        raise LookupError(f"no deployment {name} in the namespace {namespace}")
    return item


def instances(cluster: Cluster, name: str, namespace: str | None = None) -> Rows:
    """Give the instances of the workload *name* that are not leaving, by the names of their pods."""
    zones = zone_of(cluster)
    return {p.metadata.name: _instance(p, zones) for p in pods(cluster, name, namespace)}


def pods(cluster: Cluster, name: str, namespace: str | None = None) -> list[Any]:
    """Give the pods of the workload *name* that are not leaving; a canary is a workload of its own."""
    return [p for w in of_name(cluster, name, namespace) for p in _pods(cluster, w)]


def serving(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Rows:
    """Give the instances that are ready."""
    return {pod: row for pod, row in instances(cluster, name, namespace).items() if row["ready"]}


def readiness(pod: Any) -> bool:
    """Say whether a pod is ready to serve."""
    return true_of(pod, "Ready") and not leaving(pod)


def checks(cluster: Cluster, *names: str) -> Rows:
    """Give, for each container of the microservices *names*, which checks, needs and limits it states."""
    return {
        f"{name}/{c.name}": {
            "checked_for_being_ready": c.readinessProbe is not None,
            "checked_for_being_alive": c.livenessProbe is not None,
            "needs": set((c.resources.requests or {}) if c.resources else {}),
            "limits": set((c.resources.limits or {}) if c.resources else {}),
        }
        for name in names
        for w in of_name(cluster, name, MICROSERVICES)
        for c in containers(w.spec.template)
    }


def told(cluster: Cluster, name: str) -> Rows:
    """Give, for each container of the microservice *name*, what its environment tells it."""
    return {
        f"{name}/{c.name}": {"told": " ".join(str(e.value) for e in c.env or [] if e.value)}
        for w in of_name(cluster, name, MICROSERVICES)
        for c in containers(w.spec.template)
    }


def images(cluster: Cluster) -> Rows:
    """Give every container of the platform's pods with its image's tag and pull policy."""
    platform: list[Any] = list(cluster.all(Pod, labels=PART_OF))
    return {
        f"{p.metadata.namespace}/{p.metadata.name}/{c.name}": {
            "image": c.image,
            "tag_may_move": may_move(c.image),
            "pulled": c.imagePullPolicy,
        }
        for p in platform
        for c in containers(p)
    }


def may_move(image: str) -> bool:
    """Say whether an image's tag may come to name another image: there is none, or it is no version."""
    if "@" in image:
        return False
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return not colon or not any(c.isdigit() for c in tag)


def budgets(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Rows:
    """Give the agreement on how many instances of *name* may leave at once, and how many may leave now."""
    found: list[Any] = list(cluster.all(PodDisruptionBudget, name=name, namespace=namespace))
    return {b.metadata.name: {"may_leave_now": b.status.disruptionsAllowed if b.status else None} for b in found}


def _row(cluster: Cluster, workload: Any) -> dict[str, object]:
    current = [p for p in _pods(cluster, workload) if readiness(p)]
    return {"wanted": _wanted(workload), "ready": len(current)}


def _wanted(workload: Any) -> int | None:
    if isinstance(workload, DaemonSet):
        return workload.status.desiredNumberScheduled if workload.status else None
    return 1 if workload.spec.replicas is None else int(workload.spec.replicas)


def _pods(cluster: Cluster, workload: Any) -> Iterator[Any]:
    selector = workload.spec.selector.matchLabels or {}
    for pod in cluster.all(Pod, namespace=workload.metadata.namespace, labels=selector):
        if not leaving(pod):
            yield pod


def _instance(pod: Any, zones: dict[str, str]) -> dict[str, object]:
    node = pod.spec.nodeName or ""
    return {
        "ready": readiness(pod),
        "node": node,
        "zone": zones.get(node, ""),
        "image": containers(pod)[0].image,
        "track": label(pod, TRACK),
    }

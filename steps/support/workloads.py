"""Workloads and their pods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lightkube.resources.apps_v1 import DaemonSet, Deployment, ReplicaSet, StatefulSet
from lightkube.resources.batch_v1 import CronJob, Job
from lightkube.resources.core_v1 import Pod, ReplicationController
from lightkube.resources.policy_v1 import PodDisruptionBudget

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.nodes import members, zone_of
from steps.support.objects import containers, label, leaving, true_of

NAME = "app.kubernetes.io/name"
TRACK = "seatrial.dev/track"
PART_OF = {"app.kubernetes.io/part-of": "seatrial-platform"}
MICROSERVICES = "microservices"
_ONE_VERSION = re.compile(r"(^|\D)\d+\.\d+\.\d+")
_KINDS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet)
_RUN: tuple[Any, ...] = (CronJob, Job, ReplicaSet, ReplicationController, Pod)


def workloads(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return the workload *name* with the pods it wants and those that are ready."""
    return {w.metadata.name: _row(cluster, w) for w in of_name(cluster, name, namespace)}


def several(cluster: Cluster, named: list[tuple[str, str]]) -> Rows:
    """Return the workloads that are *named*, each with its namespace."""
    return {name: row for one, namespace in named for name, row in workloads(cluster, one, namespace).items()}


def within(cluster: Cluster, namespace: str) -> Rows:
    """Return every workload in *namespace*, and whatever else runs something there and is nobody's."""
    found = [w for kind in _KINDS for w in cluster.all(kind, namespace=namespace)]
    others: list[Any] = [o for kind in _RUN for o in cluster.all(kind, namespace=namespace)]
    owners = {o.metadata.uid for o in (*found, *others)}  # a pod that a machine started by itself has another
    nobodys = [o for o in others if not leaving(o) and not owners & _owners(o)]
    return {w.metadata.name: _row(cluster, w) for w in found} | {
        f"{type(o).__name__} {o.metadata.name}": {} for o in nobodys
    }


def microservices_in(cluster: Cluster, namespace: str) -> Rows:
    """Return the workloads in *namespace* that bear the name of a microservice."""
    names = within(cluster, MICROSERVICES)
    return {name: row for name, row in within(cluster, namespace).items() if name in names}


def renewed(cluster: Cluster, name: str, was: Rows) -> Rows:
    """Return the workload *name* with the pods that it lacks, and those that were not there before."""
    found = of_name(cluster, name)
    new = [pod for pod, row in pod_rows(cluster, name).items() if pod not in was and row["ready"]]
    return {w.metadata.name: {**_row(cluster, w), "new": len(new)} for w in found}


def placement(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return where one pod was placed, and why it was not."""
    found: list[Any] = list(cluster.all(Pod, name=name, namespace=namespace))
    return {p.metadata.name: {"node": p.spec.nodeName or "", "why_not_placed": _why(p)} for p in found}


def phase(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return how far one pod has come: ``Pending``, ``Running``, ``Succeeded``, ``Failed``."""
    found: list[Any] = list(cluster.all(Pod, name=name, namespace=namespace))
    return {p.metadata.name: {"phase": p.status.phase if p.status else ""} for p in found}


def restarts(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return one pod by the name of its pod: how often its container was started anew, and whether it is ready."""
    found: list[Any] = list(cluster.all(Pod, name=name, namespace=namespace))
    return {
        p.metadata.name: {
            "started_anew": sum(s.restartCount for s in (p.status.containerStatuses if p.status else None) or []),
            "ready": readiness(p),
        }
        for p in found
    }


def of_name(cluster: Cluster, name: str, namespace: str | None = None) -> list[Any]:
    """Return every Deployment, StatefulSet and DaemonSet of this *name*."""
    return [w for kind in _KINDS for w in cluster.all(kind, name=name, namespace=namespace)]


def deployment(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Any:
    """Return the Deployment *name*.

    Raises:
        LookupError: If it is not there.
    """
    item = cluster.one(Deployment, name, namespace=namespace)
    if item is None:
        raise LookupError(f"no deployment {name} in the namespace {namespace}")
    return item


def pod_rows(cluster: Cluster, name: str, namespace: str | None = None) -> Rows:
    """Return a row for each pod of the workload *name* that is not leaving."""
    zones = zone_of(cluster)
    return {p.metadata.name: _pod_row(p, zones) for p in pods(cluster, name, namespace)}


def pods(cluster: Cluster, name: str, namespace: str | None = None) -> list[Any]:
    """Return the pods of the workload *name* that are not leaving; a canary is a workload of its own."""
    return [p for w in of_name(cluster, name, namespace) for p in _pods(cluster, w)]


def places(cluster: Cluster, name: str, field: str) -> list[str]:
    """Return the ``node`` or ``zone`` of every pod of *name*."""
    return [str(row[field]) for row in pod_rows(cluster, name).values()]


def serving(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Rows:
    """Return the pods that are ready, on nodes that are: on a silent one they may be called so for ever."""
    alive = {node for node, row in members(cluster).items() if row["ready"]}
    found = pod_rows(cluster, name, namespace)
    return {pod: row for pod, row in found.items() if row["ready"] and row["node"] in alive}


def readiness(pod: Any) -> bool:
    """Return whether a pod is ready to serve."""
    return true_of(pod, "Ready") and not leaving(pod)


def asked_for(cluster: Cluster, name: str) -> Rows:
    """Return every container of the workload *name* with what it ``asks_for``, in the units that it says it in."""
    found = (c for w in of_name(cluster, name) for c in containers(w.spec.template))
    return {f"{name}/{c.name}": {"asks_for": dict((c.resources.requests or {}) if c.resources else {})} for c in found}


def asks(container: Any, probe: Any) -> bool:
    """Return whether a check is stated, and asks at a port that the container opens."""
    asked = (probe.httpGet or probe.tcpSocket) if probe else None
    opened = {at for port in container.ports or [] for at in (port.name, port.containerPort)}
    return asked is not None and asked.port in opened


def checks(cluster: Cluster, *names: str) -> Rows:
    """Give, for each container of the microservices *names*, which checks, needs and limits it states."""
    return {
        f"{name}/{c.name}": {
            "checked_for_being_ready": asks(c, c.readinessProbe),
            "checked_for_being_alive": asks(c, c.livenessProbe),
            "needs": set((c.resources.requests or {}) if c.resources else {}),
            "limits": set((c.resources.limits or {}) if c.resources else {}),
        }
        for name in names
        for w in of_name(cluster, name, MICROSERVICES)
        for c in containers(w.spec.template)
    }


def told(cluster: Cluster, name: str) -> Rows:
    """Give, for each container of the microservice *name*, the store and the database that it is to report to."""
    return {
        f"{name}/{c.name}": {"store": _variable(c, "INFLUXDB_URL"), "database": _variable(c, "INFLUXDB_DATABASE")}
        for w in of_name(cluster, name, MICROSERVICES)
        for c in containers(w.spec.template)
    }


def images(cluster: Cluster) -> Rows:
    """Return every container of the platform's pods with the risk, if any, that it runs an image of yesterday."""
    platform: list[Any] = list(cluster.all(Pod, labels=PART_OF))
    return {
        f"{p.metadata.namespace}/{p.metadata.name}/{c.name}": {"risk": risk_of(c.image, c.imagePullPolicy)}
        for p in platform
        for c in [*containers(p), *(p.spec.initContainers or [])]
    }


def risk_of(image: str, policy: str) -> str:
    """Say what is wrong with how an image is pulled; ``none`` when nothing is."""
    careless = may_move(image) and policy != "Always"
    return f"the tag of {image} may move, and it is pulled {policy}" if careless else "none"


def may_move(image: str) -> bool:
    """Return whether an image's tag may come to name another image: there is none, or it names no single version."""
    if "@" in image:
        return False
    return not _ONE_VERSION.search(image.rpartition("/")[2].partition(":")[2])


def budgets(cluster: Cluster, name: str, namespace: str = MICROSERVICES) -> Rows:
    """Return the agreement on how many pods of *name* may leave at once, and how many may leave now."""
    found: list[Any] = list(cluster.all(PodDisruptionBudget, name=name, namespace=namespace))
    return {b.metadata.name: {"may_leave_now": b.status.disruptionsAllowed if b.status else None} for b in found}


def _row(cluster: Cluster, workload: Any) -> dict[str, object]:
    current = list(_pods(cluster, workload))
    wanted, ready = _wanted(workload), sum(map(readiness, current))
    return {"wanted": wanted, "there": len(current), "ready": ready, "lacking": max(wanted - ready, 0)}


def _owners(item: Any) -> set[str]:
    return {owner.uid for owner in item.metadata.ownerReferences or []}


def _variable(container: Any, name: str) -> str:
    return next((str(e.value) for e in container.env or [] if e.name == name), "")


def _wanted(workload: Any) -> int:
    if isinstance(workload, DaemonSet):
        return int(workload.status.desiredNumberScheduled or 0) if workload.status else 0
    return 1 if workload.spec.replicas is None else int(workload.spec.replicas)


def _pods(cluster: Cluster, workload: Any) -> Iterator[Any]:
    selector = workload.spec.selector.matchLabels or {}
    for pod in cluster.all(Pod, namespace=workload.metadata.namespace, labels=selector):
        if not leaving(pod):
            yield pod


def _why(pod: Any) -> str:
    conditions = (pod.status.conditions if pod.status else None) or []
    return next((c.message or "" for c in conditions if c.type == "PodScheduled" and c.status == "False"), "")


def _pod_row(pod: Any, zones: dict[str, str]) -> dict[str, object]:
    node = pod.spec.nodeName or ""
    return {
        "ready": readiness(pod),
        "node": node,
        "zone": zones.get(node, ""),
        "image": containers(pod)[0].image,
        "track": label(pod, TRACK),
    }

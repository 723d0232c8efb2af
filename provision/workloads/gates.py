"""Gates: whether what was applied is ready, judged on live objects alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provision.workloads.objects import WORKLOADS, Object, key, label


def gate(wanted: Iterable[Object], live: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say what is still missing or not ready of *wanted*, workloads and the claims of their volumes.

    Args:
        wanted: The objects that were applied; those that have no readiness of their own are passed over.
        live: What the cluster has, of any kind.

    Returns:
        A reason for each object that is not ready; empty when the gate is open.
    """
    there = {key(obj): obj for obj in live}
    reasons: list[str] = []
    for obj in wanted:
        for expected in _with_claims(obj):
            found = there.get(key(expected))
            reasons += [f"{label(expected)}: not there yet"] if found is None else not_ready([found])
    return reasons


def not_ready(objects: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a reason for each of *objects* that is not ready: workloads, claims of volumes, and namespaces."""
    return [f"{label(obj)}: {reason}" for obj in objects for reason in _reasons(obj)]


def _with_claims(obj: Object) -> Iterator[Object]:
    if obj["kind"] in WORKLOADS:
        yield obj
    if obj["kind"] == "StatefulSet":
        namespace, name = obj["metadata"]["namespace"], obj["metadata"]["name"]
        for template in obj["spec"].get("volumeClaimTemplates") or []:
            for member in range(obj["spec"].get("replicas", 1)):
                claim = f"{template['metadata']['name']}-{name}-{member}"
                yield {"kind": "PersistentVolumeClaim", "metadata": {"namespace": namespace, "name": claim}}


def _reasons(obj: Mapping[str, Any]) -> Iterator[str]:
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    kind = obj["kind"]
    if kind in ("Deployment", "StatefulSet", "DaemonSet") and not _observed(obj, status):
        yield (
            f"generation {obj['metadata'].get('generation', 0)} not seen by its controller yet "
            f"(last {status.get('observedGeneration', 0)})"
        )
    elif kind == "Deployment":
        yield from _deployment(spec, status)
    elif kind == "StatefulSet":
        yield from _stateful_set(spec, status)
    elif kind == "DaemonSet":
        yield from _daemon_set(status)
    elif kind == "Job" and status.get("succeeded", 0) < spec.get("completions", 1):
        yield f"{status.get('succeeded', 0)} of {spec.get('completions', 1)} runs succeeded"
    elif kind == "PersistentVolumeClaim" and status.get("phase") != "Bound":
        yield f"{status.get('phase', 'Pending')}, not bound to a volume"
    elif kind == "Namespace" and status.get("phase", "Active") != "Active":
        yield f"{status['phase']}"


def _observed(obj: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    return int(status.get("observedGeneration", 0)) >= int(obj["metadata"].get("generation", 1))


def _deployment(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[str]:
    wanted = spec.get("replicas", 1)
    yield from _count(status.get("updatedReplicas", 0), wanted, "up to date")
    yield from _count(status.get("availableReplicas", 0), wanted, "available")
    if status.get("replicas", 0) > wanted:
        yield f"{status['replicas'] - wanted} of an earlier rollout still there"


def _stateful_set(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Iterator[str]:
    wanted = spec.get("replicas", 1)
    yield from _count(status.get("readyReplicas", 0), wanted, "ready")
    if status.get("updateRevision") != status.get("currentRevision"):
        yield from _count(status.get("updatedReplicas", 0), wanted, "up to date")


def _daemon_set(status: Mapping[str, Any]) -> Iterator[str]:
    wanted = status.get("desiredNumberScheduled", 0)
    if wanted == 0:
        yield "no node takes it"
    yield from _count(status.get("updatedNumberScheduled", 0), wanted, "up to date")
    yield from _count(status.get("numberAvailable", 0), wanted, "available")


def _count(have: int, want: int, what: str) -> Iterator[str]:
    if have < want:
        yield f"{have} of {want} {what}"

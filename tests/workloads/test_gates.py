"""Gates: an object is ready when its controller says so of its present generation."""

from __future__ import annotations

from typing import Any

import pytest

from provision.workloads import gate, not_ready


def live(kind: str, spec: dict[str, Any], status: dict[str, Any], generation: int = 2) -> dict[str, Any]:
    metadata = {"namespace": "backing", "name": "one", "generation": generation}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": {"observedGeneration": generation, **status}}


READY = [
    live("Deployment", {"replicas": 2}, {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}),
    live("StatefulSet", {"replicas": 3}, {"readyReplicas": 3, "currentRevision": "a", "updateRevision": "a"}),
    live("DaemonSet", {}, {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": 3}),
    live("Job", {}, {"succeeded": 1}),
    live("PersistentVolumeClaim", {}, {"phase": "Bound"}),
    live("Namespace", {}, {"phase": "Active"}),
    live("Service", {}, {}),
]
WAITING = [
    (live("Deployment", {"replicas": 2}, {"updatedReplicas": 2, "availableReplicas": 1}), "1 of 2 available"),
    (live("Deployment", {"replicas": 1}, {"replicas": 2, "updatedReplicas": 1, "availableReplicas": 1}),
     "1 of an earlier rollout still there"),
    (live("Deployment", {"replicas": 1}, {"observedGeneration": 1}),
     "generation 2 not seen by its controller yet (last 1)"),
    (live("StatefulSet", {"replicas": 3}, {"readyReplicas": 2}), "2 of 3 ready"),
    (live("DaemonSet", {}, {"desiredNumberScheduled": 0}), "no node takes it"),
    (live("Job", {}, {}), "0 of 1 runs succeeded"),
    (live("PersistentVolumeClaim", {}, {"phase": "Pending"}), "Pending, not bound to a volume"),
    (live("Namespace", {}, {"phase": "Terminating"}), "Terminating"),
]  # fmt: skip


@pytest.mark.parametrize("obj", READY, ids=lambda obj: obj["kind"])
def test_ready(obj: dict[str, Any]) -> None:
    """A ready object gives no reason."""
    assert not_ready([obj]) == []


@pytest.mark.parametrize(("obj", "reason"), WAITING, ids=lambda value: value if isinstance(value, str) else "")
def test_not_ready(obj: dict[str, Any], reason: str) -> None:
    """An object that is not ready is named, with the reason."""
    assert [f"{obj['kind']} backing/one: {reason}"] == not_ready([obj])


def test_missing() -> None:
    """What was applied and is not there holds the gate, and so do the claims of its volumes."""
    wanted = live("StatefulSet", {"replicas": 2, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}, {})
    assert gate([wanted], []) == [
        "StatefulSet backing/one: not there yet",
        "PersistentVolumeClaim backing/data-one-0: not there yet",
        "PersistentVolumeClaim backing/data-one-1: not there yet",
    ]

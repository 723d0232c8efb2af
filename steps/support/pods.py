"""Pods that are removed on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightkube.resources.core_v1 import Pod

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Rows, every
from seatrial.faults import Delete, Journal
from seatrial.observers.cluster import Cluster
from steps.support.limits import TIME


def remove(cluster: Cluster, faults: Journal, *pods: Any) -> None:
    """Remove pods, each with its time to leave, and see them gone: who is leaving is taken for her successor.

    Raises:
        AssertionError: If there are none to remove, or they do not go.
    """
    assert pods, "expected a pod to remove, got none"
    for pod in pods:
        faults.inject(Delete("v1", "Pod", pod.metadata.name, pod.metadata.namespace))
    identities = {pod.metadata.name: pod.metadata.uid for pod in pods}
    gone = every("removed pods", least=len(pods), there=False)
    eventually(lambda: _still(cluster, identities), gone, within=TIME.rollout)


def _still(cluster: Cluster, identities: Mapping[str, str]) -> Rows:
    there = {pod.metadata.uid for pod in cluster.all(Pod) if pod.metadata}
    return {name: {"there": uid in there} for name, uid in identities.items()}

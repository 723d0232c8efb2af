"""Generations of a microservice: its pod template, and which pods they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lightkube.resources.apps_v1 import ReplicaSet
from lightkube.resources.core_v1 import Pod

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support.capabilities import Platform, have
from steps.support.objects import containers
from steps.support.workloads import MICROSERVICES, NAME, deployment, pod_rows, serving

REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True)
class Before:
    """A microservice as it was before something happened to it.

    Attributes:
        name: Its name.
        pods: The names of its ready pods.
        image: The image that they ran.
        generation: The name of the generation that they belonged to.
        generations: The names of all generations that were kept.
    """

    name: str
    pods: frozenset[str]
    image: str
    generation: str = ""
    generations: frozenset[str] = field(default_factory=frozenset)


def before(cluster: Cluster, name: str) -> Before:
    """Note a microservice as it is now."""
    image = containers(deployment(cluster, name).spec.template)[0].image
    return Before(
        name, frozenset(serving(cluster, name)), image, current(cluster, name), frozenset(_all(cluster, name))
    )


def another_version(platform: Platform, image: str) -> str:
    """Name another version of *image*, which can be pulled where images are."""
    return have(platform.actuators().own.versions).another(image)


def current(cluster: Cluster, name: str) -> str:
    """Name the generation that the microservice's pods are made from now; nothing where there is none."""
    revision = (deployment(cluster, name).metadata.annotations or {}).get(REVISION)
    return next((rs for rs, number in _all(cluster, name).items() if number == revision), "")


def replaced(cluster: Cluster, was: Before) -> Rows:
    """Return every pod that is there now: whether it is ready, new, and what it runs."""
    return {
        name: {"ready": row["ready"], "new": name not in was.pods, "image": row["image"]}
        for name, row in pod_rows(cluster, was.name, "microservices").items()
    }


def version(cluster: Cluster, name: str) -> dict[str, object]:
    """Return what the microservice's pods are made from now: generation and image, and what is ready."""
    return {
        "generation": current(cluster, name),
        "image": containers(deployment(cluster, name).spec.template)[0].image,
        "images": {row["image"] for row in serving(cluster, name).values()},
    }


def progress(cluster: Cluster, name: str) -> dict[str, object]:
    """Return how far the rollout of a microservice is: its image, whether it has begun and whether it is complete."""
    of_new = _replica_set(cluster, name)
    there = (of_new.status.replicas or 0) if of_new and of_new.status else 0
    ready = (of_new.status.readyReplicas or 0) if of_new and of_new.status else 0
    return {
        "image": containers(of_new.spec.template)[0].image if of_new else "",
        "begun": there > 0,
        "complete": there > 0 and ready == deployment(cluster, name).spec.replicas,
    }


def failure(cluster: Cluster, name: str) -> dict[str, object]:
    """Return what the rollout of a microservice has failed for, as the cluster says it, or ``nothing yet``."""
    status = deployment(cluster, name).status
    conditions = (status.conditions if status else None) or []
    reasons = (c.reason for c in conditions if c.type == "Progressing" and c.status == "False")
    return {"failed_for": next(reasons, "nothing yet")}


def template_before(cluster: Cluster, was: Before) -> dict[str, Any]:
    """Return what the pods of the noted generation were made from, as a rollback needs it.

    Raises:
        LookupError: If that generation was not kept.
    """
    kept: Any = next((rs for rs in _sets(cluster, was.name) if rs.metadata.name == was.generation), None)
    if kept is None:
        raise LookupError(f"the generation {was.generation} of {was.name} was not kept")
    template: dict[str, Any] = kept.spec.template.to_dict()
    template["metadata"]["labels"].pop("pod-template-hash", None)
    return template


def _replica_set(cluster: Cluster, name: str) -> Any:
    wanted = current(cluster, name)
    return next((rs for rs in _sets(cluster, name) if rs.metadata.name == wanted), None)


def _all(cluster: Cluster, name: str) -> dict[str, str]:
    return {rs.metadata.name: (rs.metadata.annotations or {}).get(REVISION, "") for rs in _sets(cluster, name)}


def _sets(cluster: Cluster, name: str) -> list[Any]:
    owner = deployment(cluster, name).metadata.uid
    found: list[Any] = list(cluster.all(ReplicaSet, namespace="microservices"))
    return [rs for rs in found if any(o.uid == owner for o in rs.metadata.ownerReferences or [])]


def served(cluster: Cluster, name: str, answered_by: Sequence[str]) -> Rows:
    """Return every pod of a microservice: how many requests it ``answers`` of those *answered_by* pods."""
    pods: list[Any] = list(cluster.all(Pod, namespace=MICROSERVICES, labels={NAME: name}))
    return {str(pod.metadata.name): {"answers": answered_by.count(str(pod.metadata.name))} for pod in pods}


def canary_share(answered_by: Sequence[str]) -> Rows:
    """Return how many requests ``in_100`` the canary has answered of those that were *answered_by* pods."""
    return {"canary": {"in_100": round(100 * sum("-canary-" in pod for pod in answered_by) / len(answered_by))}}

"""Words about which image is run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from lightkube.resources.core_v1 import Pod
from pytest_bdd import given, parsers, then, when

from seatrial import declaration
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to, every
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from steps.support import manifests
from steps.support.actuators import ImageTags
from steps.support.capabilities import Platform, have
from steps.support.faults import Unmake
from steps.support.instruments import Containers
from steps.support.limits import TIME

_POLICIES = {"only if it is not there": "IfNotPresent", "each time": "Always"}


@dataclass(frozen=True)
class Reuse:
    """A pod that runs an image whose tag is used again.

    The tag itself is a new one each time, so that no node has an image of a former run under it.
    """

    pod: str
    node: str
    policy: str
    digest: str
    tag: str


@pytest.fixture
def image_tags(platform: Platform, containers: Containers) -> ImageTags:  # noqa: ARG001 - it acts on what that observes, and is lacking with it
    """What moves tags of the registry."""
    return have(platform.actuators().own.image_tags)


@when("a pod is started from an image with no tag", target_fixture="started")
def _(changes: Journal) -> str:
    return _start(changes, "registry.invalid/trial")


@when(parsers.parse('a pod is started from an image with the tag "{tag}"'), target_fixture="started")
def _(changes: Journal, tag: str) -> str:
    return _start(changes, f"registry.invalid/trial:{tag}")


@when(
    parsers.parse('a pod is started from an image with the tag "{tag}", to be pulled {when}'),
    target_fixture="started",
)
def _(changes: Journal, tag: str, when: str) -> str:
    return _start(changes, f"registry.invalid/trial:{tag}", _POLICIES[when])


@then(parsers.parse('the image is to be pulled "{policy}"'))
@declaration
def _(cluster: Cluster, started: str, policy: str) -> None:
    def pulled() -> object:
        pod: Any = cluster.fresh(Pod, started, namespace=manifests.ROOM)
        return pod.spec.containers[0].imagePullPolicy

    eventually(pulled, equal_to(policy, "the image is pulled"), within=TIME.settle)


@given(parsers.parse('a pod that runs an image with the tag "{tag}", to be pulled {when}'), target_fixture="reuse")
def _(cluster: Cluster, containers: Containers, image_tags: ImageTags, changes: Journal, tag: str, when: str) -> Reuse:
    tag = f"{tag}-{uuid.uuid4().hex[:8]}"
    digest = image_tags.tag(tag, f"the first of {tag}")
    pod = _start(changes, containers.image(tag), _POLICIES[when])
    running = equal_to(digest, "the image that runs")
    eventually(lambda: containers.digest(manifests.ROOM, pod), running, within=TIME.rollout)
    placed: Any = cluster.fresh(Pod, pod, namespace=manifests.ROOM)
    return Reuse(pod, placed.spec.nodeName, _POLICIES[when], digest, tag)


@when(
    parsers.parse('the tag "{tag}" is moved to another image, and the pod starts anew on its node'),
    target_fixture="moved",
)
def _(containers: Containers, image_tags: ImageTags, changes: Journal, reuse: Reuse, tag: str) -> tuple[str, str]:
    assert reuse.tag.startswith(tag), f"expected the tag of the pod, {reuse.tag}, got {tag}"
    digest = image_tags.tag(reuse.tag, f"the second of {reuse.tag}")
    changes.inject(Unmake("v1", "Pod", reuse.pod, manifests.ROOM))
    return _start(changes, containers.image(reuse.tag), reuse.policy, reuse.node), digest


@then("the pod runs the image that it had")
def _(containers: Containers, reuse: Reuse, moved: tuple[str, str]) -> None:
    _runs(containers, moved[0], reuse.digest)


@then("the pod runs the image that the tag has now")
def _(containers: Containers, moved: tuple[str, str]) -> None:
    _runs(containers, *moved)


def _start(changes: Journal, image: str, policy: str = "", node: str = "") -> str:
    name = f"trial-image-{uuid.uuid4().hex[:8]}"
    changes.inject(Create(manifests.pod(name, image, policy=policy, node=node)))
    return name


def _runs(containers: Containers, pod: str, digest: str) -> None:
    seen = every("pods", image=digest)
    eventually(lambda: {pod: {"image": containers.digest(manifests.ROOM, pod)}}, seen, within=TIME.rollout)

"""Breaks of rollouts: what starts one that should not, and what makes one hasty."""

from __future__ import annotations

import time
from typing import Any

from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.support.site import DEPLOYMENT, pods

_TRIGGERS, _RECOVERY = "features/rollouts/triggers.feature", "features/rollouts/recovery.feature"
_LATE = 2.0  # seconds


def rollout_at_a_label(site: Site) -> tuple[str, ...]:
    """Roll msvc1 out late, as a careless controller would, when nothing but a label of its Deployment has changed.

    The scenario that set the label puts the whole Deployment back.
    """
    was = sorted(p.metadata.name for p in pods(site, "msvc1", "microservices"))
    dated = {"spec": {"template": {"metadata": {"annotations": {"sabotage": "done"}}}}}

    seen: list[float] = []

    def careless() -> None:
        found: Any = site.kube.get(Deployment, "msvc1", namespace="microservices")
        if "season" in found.metadata.labels and not (found.spec.template.metadata.annotations or {}).get("sabotage"):
            seen.append(time.monotonic())
            if time.monotonic() > seen[0] + _LATE:
                site.kube.patch(Deployment, "msvc1", dated, namespace="microservices")

    site.beside(careless)
    return (was[0].rpartition("-")[0].rpartition("-")[0],)


def rollout_too_hasty(site: Site) -> tuple[str, ...]:
    hasty = {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}
    site.patch(DEPLOYMENT, "msvc1", "microservices", hasty)
    return ("msvc1",)


def image_comes_up_late(site: Site) -> tuple[str, ...]:
    """Have the image that is missing come up after all, some seconds after it was asked for."""
    seen: dict[str, float] = {}
    ready = {
        "phase": "Running",
        "conditions": [{"type": kind, "status": "True"} for kind in ("Ready", "ContainersReady")],
    }

    def late() -> None:
        for pod in pods(site, "msvc1", "microservices"):
            name = pod.metadata.name
            waits = pod.spec.containers[0].image.startswith("registry.invalid/")
            if waits and time.monotonic() > seen.setdefault(name, time.monotonic()) + _LATE:
                site.kube.patch(Pod.Status, name, {"status": ready}, namespace="microservices")

    site.beside(late)
    return ("msvc1",)


def canaries_left_out(site: Site) -> tuple[str, ...]:
    """Have the service lead to the stable pods alone."""
    site.patch("v1 Service", "msvc1", "microservices", {"spec": {"selector": {"seatrial.dev/track": "stable"}}})
    return ("msvc1",)


def all_at_once(site: Site) -> tuple[str, ...]:
    """Have a rollout end all pods before it starts others."""
    careless = {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}}}
    site.patch(DEPLOYMENT, "msvc1", "microservices", careless)
    return ()


SABOTAGES = (
    Sabotage(
        "a missing image comes up late",
        image_comes_up_late,
        f"{_RECOVERY}::An image that is missing",
        rounds.WOULD_HAPPEN,
        ("complete no", "complete yes"),
    ),
    Sabotage(
        "canaries are left out",
        canaries_left_out,
        "features/rollouts/canary.feature::One canary beside two stable pods",
        rounds.PAUSED,
        ("canaries 1", "canaries 0"),
    ),
    Sabotage(
        "a rollout for a mere label",
        rollout_at_a_label,
        f"{_TRIGGERS}::A label on the deployment itself",
        rounds.WOULD_HAPPEN,
        ("new no", "missing among"),
    ),
    Sabotage(
        "a hasty rollout",
        rollout_too_hasty,
        f"{_TRIGGERS}::A rollout is forced by its date",
        rounds.WOULD_HAPPEN,
        ("at least 2 ready pods",),
    ),
    Sabotage(
        "a rollout that ends all pods first",
        all_at_once,
        f"{_TRIGGERS}::Requests during a rollout",
        rounds.ROLLOUTS,
        ("expected no request to fail",),
    ),
)

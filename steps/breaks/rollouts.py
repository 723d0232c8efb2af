"""Breaks of rollouts: what starts one that should not, and what makes one hasty."""

from __future__ import annotations

from typing import Any

from lightkube.resources.apps_v1 import Deployment

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.support.site import DEPLOYMENT, pods

_TRIGGERS = "features/rollouts/triggers.feature"


def rollout_at_a_label(site: Site) -> tuple[str, ...]:
    """Roll msvc1 out, as a careless controller would, when nothing but a label of its Deployment has changed.

    The scenario that set the label puts the whole Deployment back.
    """
    was = sorted(p.metadata.name for p in pods(site, "msvc1", "microservices"))
    dated = {"spec": {"template": {"metadata": {"annotations": {"sabotage": "done"}}}}}

    def careless() -> None:
        found: Any = site.kube.get(Deployment, "msvc1", namespace="microservices")
        if "season" in found.metadata.labels and not (found.spec.template.metadata.annotations or {}).get("sabotage"):
            site.kube.patch(Deployment, "msvc1", dated, namespace="microservices")

    site.beside(careless)
    return (was[0].rpartition("-")[0].rpartition("-")[0],)


def rollout_too_hasty(site: Site) -> tuple[str, ...]:
    hasty = {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}
    site.patch(DEPLOYMENT, "msvc1", "microservices", hasty)
    return ("msvc1",)


def all_at_once(site: Site) -> tuple[str, ...]:
    """Have a rollout end all pods before it starts others."""
    careless = {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}}}
    site.patch(DEPLOYMENT, "msvc1", "microservices", careless)
    return ()


SABOTAGES = (
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

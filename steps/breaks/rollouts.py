"""Breaks of rollouts: what starts one that should not, and what makes one hasty."""

from __future__ import annotations

import time
from typing import Any

from lightkube import ApiError, codecs
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.policies import mutate, refuse
from steps.support.site import DEPLOYMENT, begun, container, once, pods
from steps.support.workloads import NAME, TRACK

_TRIGGERS, _RECOVERY = "features/rollouts/triggers.feature", "features/rollouts/recovery.feature"
_BACK, _SAME = f"{_RECOVERY}::Back from a version that runs", f"{_TRIGGERS}::The same content once more"
_CANARY, _ASKED = "features/rollouts/canary.feature", "msvc1-canary-asked"
_CANARIES = f'(request.operation == "DELETE" ? oldObject : object).metadata.?labels[?"{TRACK}"].orValue("") == "canary"'
_STAYS = f'request.operation != "DELETE" && object.metadata.name != "{_ASKED}"'
_LATE = 1.0  # seconds
_PATIENT = 600  # seconds
_TO_ANOTHER = """object.metadata.name == "msvc1"
  && [object, oldObject].all(d, !d.spec.template.spec.containers[0].image.startsWith("registry.invalid/"))"""
_KEEP = """Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
  containers: oldObject.spec.template.spec.containers.map(c, Object.spec.template.spec.containers{
    name: c.name, image: c.image})}}}}"""


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


def changed_at_a_rollback(site: Site) -> tuple[str, ...]:
    """Change the template once more as soon as somebody has rolled back."""
    once(site, lambda: begun(site, _BACK, 2), lambda: _date(site))
    return ("msvc1",)


def rollout_at_nothing(site: Site) -> tuple[str, ...]:
    """Roll msvc1 out as soon as somebody has set its image to the one that it has."""
    was = sorted(p.metadata.name for p in pods(site, "msvc1", "microservices"))
    once(site, lambda: begun(site, _SAME), lambda: _date(site))
    return (was[0].rpartition("-")[0].rpartition("-")[0],)


def _date(site: Site) -> None:
    dated = {"spec": {"template": {"metadata": {"annotations": {"sabotage": "done"}}}}}
    site.kube.patch(Deployment, "msvc1", dated, namespace="microservices")  # the scenario puts it back


def canary_kept(site: Site) -> tuple[str, ...]:
    """Have somebody's policy of the cluster keep the pods of canaries, whoever deletes them."""
    of: dict[str, Any] = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "DELETE"]}
    refuse(site, "keep-canaries", of | {"resources": ["pods"]}, _CANARIES, _STAYS)
    template = site.read(DEPLOYMENT, "msvc1", "microservices")["spec"]["template"]
    labels = template["metadata"]["labels"] | {TRACK: "canary", NAME: _ASKED}
    meta = {"name": _ASKED, "namespace": "microservices", "labels": labels}
    asked = codecs.from_dict({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": template["spec"]})
    until("the policy is in force", lambda: _refused(site, asked))
    return ()


def _refused(site: Site, pod: Any) -> bool:
    """Return whether a pod would not be made."""
    try:
        site.kube.create(pod, dry_run=True)
    except ApiError as error:
        return "keep-canaries" in str(error)
    return False


def image_kept(site: Site) -> tuple[str, ...]:
    """Have somebody's policy of the cluster keep the image of a Deployment as it is, whatever it is changed to."""
    updates: dict[str, Any] = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"]}
    mutate(site, "keep-images", updates | {"resources": ["deployments"]}, _TO_ANOTHER, _KEEP)
    other = container("msvc1", image="example.com/msvc1:another")
    until("the policy is in force", lambda: _asked(site, other) == _asked(site, {}))
    return ("msvc1",)


def deadline_moved(site: Site) -> tuple[str, ...]:
    """Have somebody's policy of the cluster give every rollout more time than it was given."""
    updates: dict[str, Any] = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"]}
    patient = f"Object{{spec: Object.spec{{progressDeadlineSeconds: {_PATIENT}}}}}"
    mutate(site, "patience", updates | {"resources": ["deployments"]}, 'object.metadata.name == "msvc1"', patient)
    until("the policy is in force", lambda: _deadline(site) == _PATIENT)
    return ("msvc1",)


def _deadline(site: Site) -> int:
    """Return the deadline of the rollouts of msvc1 that a change of it would have now."""
    would: Any = site.kube.patch(Deployment, "msvc1", container("msvc1"), namespace="microservices", dry_run=True)
    return int(would.spec.progressDeadlineSeconds)


def _asked(site: Site, patch: dict[str, Any]) -> str:
    """Return the image that msvc1 would have after a change."""
    would: Any = site.kube.patch(Deployment, "msvc1", patch, namespace="microservices", dry_run=True)
    return str(would.spec.template.spec.containers[0].image)


SABOTAGES = (
    Sabotage(
        "an image that begins no rollout",
        image_kept,
        f"{_TRIGGERS}::Another image",
        rounds.WOULD_HAPPEN,
        ("new yes", "new no"),
    ),
    Sabotage(
        "a missing image comes up late",
        image_comes_up_late,
        f"{_RECOVERY}::An image that is missing",
        rounds.WOULD_HAPPEN,
        ("complete no", "complete yes"),
    ),
    Sabotage(
        "a deadline that is moved",
        deadline_moved,
        f"{_RECOVERY}::A rollout misses its deadline",
        rounds.WOULD_HAPPEN,
        ("failed for ProgressDeadlineExceeded", "nothing yet"),
    ),
    Sabotage(
        "canaries are left out",
        canaries_left_out,
        f"{_CANARY}::One canary beside two stable pods",
        rounds.UPDATER,
        ("canaries 1", "canaries 0"),
    ),
    Sabotage(
        "a rollout for a mere label",
        rollout_at_a_label,
        f"{_TRIGGERS}::A label on the deployment itself",
        rounds.WOULD_HAPPEN,
        ("then broke",),
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
    Sabotage(
        "a hasty rollout leaves less than before",
        rollout_too_hasty,
        f"{_RECOVERY}::Back from a version that is missing",
        rounds.WOULD_HAPPEN,
        ("missing among",),
    ),
    Sabotage("a rollback that changes something else", changed_at_a_rollback, _BACK, rounds.BY_HAND, ("generation",)),
    Sabotage("a rollout for nothing", rollout_at_nothing, _SAME, rounds.BY_HAND, ("then broke",)),
    Sabotage(
        "a canary is left behind",
        canary_kept,
        f"{_CANARY}::The canary is withdrawn",
        rounds.CANARIES,
        ("canaries", "1"),
    ),
    Sabotage(
        "the share of canaries that are left out",
        canaries_left_out,
        f"{_CANARY}::The share of the requests",
        rounds.TAGS,
        ("canaries 1", "canaries 0"),
    ),
    *(
        Sabotage(
            f"{what}, by a rollout that ends all pods first",
            all_at_once,
            f"{_RECOVERY}::{scenario}",
            rounds.ROLLOUTS,
            words,
        )
        for what, scenario, words in (
            ("requests fail", "Requests during a rollout that fails", ("expected no request to fail",)),
            ("nothing is led to", "A version that runs, but never says that it is ready", ("none at all",)),
        )
    ),
)

"""Pods and their containers: how they are, and how they are set."""

from __future__ import annotations

import re
from typing import Any

from lightkube.resources.core_v1 import Pod

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Rows, every
from seatrial.checks.limits import TIME
from seatrial.checks.observer import NotProvableError
from seatrial.observers.cluster import Cluster
from seatrial.words.rows.objects import containers, found, going, phase, place, true_of

_STARTING = ("ContainerCreating", "PodInitializing", "")
_TAG = re.compile(r":(?P<tag>[^:/@]+)$")


def pods(cluster: Cluster, namespace: str = "", without: str = "") -> list[Any]:
    """Return the pods that are meant to run on."""
    return [pod for pod in found(cluster, Pod, namespace, without) if going(pod)]


def all_set(cluster: Cluster, namespace: str, without: str, **so: Any) -> None:
    """See that every container is set to be *so*: the fields of `settings`, each with what it has to be."""
    eventually(lambda: settings(cluster, namespace, without), every("containers", **so), within=TIME.settle)


def states(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every pod that is meant to run on: how far it has come, and whether it is ready."""
    return {place(p): {"phase": phase(p), "ready": true_of(p, "Ready")} for p in pods(cluster, namespace, without)}


def starts(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every container that was placed: how often it was started anew, and what keeps it from starting."""
    return {
        f"{place(pod)}/{status.name}": {"started_anew": status.restartCount, "kept_by": _kept_by(status)}
        for pod in pods(cluster, namespace, without)
        for status in [*(pod.status.initContainerStatuses or []), *(pod.status.containerStatuses or [])]
    }


def users(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every running container, with the user that its node reports it to run as.

    Raises:
        NotProvableError: If a node does not report it: Kubernetes does from version 1.31 on, if its runtime tells.
    """
    running = {
        f"{place(pod)}/{status.name}": status.user.linux if status.user else None
        for pod in pods(cluster, namespace, without)
        for status in pod.status.containerStatuses or []
        if status.state and status.state.running
    }
    if silent := sorted(name for name, user in running.items() if user is None):
        more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
        raise NotProvableError(f"the nodes do not report as whom containers run ({silent[0]}{more})")
    return {name: {"as_root": user.uid == 0} for name, user in running.items() if user}


def settings(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every container with what it is set to be allowed, checked for, and given."""
    return {
        f"{place(pod)}/{container.name}": _setting(pod, container)
        for pod in pods(cluster, namespace, without)
        for container in containers(pod)
    }


def serving(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every container that runs as long as its pod does, with what it is set to be checked for and given."""
    return {
        f"{place(pod)}/{container.name}": _setting(pod, container)
        for pod in pods(cluster, namespace, without)
        for container in pod.spec.containers or []
    }


def shares(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every pod with what of its node it is set to share."""
    return {place(pod): {"shares": _shares(pod.spec)} for pod in pods(cluster, namespace, without)}


def _setting(pod: Any, container: Any) -> dict[str, object]:
    own, whole = container.securityContext, pod.spec.securityContext
    needs, limits = (
        set((getattr(container.resources, of) or {}) if container.resources else {}) for of in ("requests", "limits")
    )
    capabilities = own.capabilities if own else None
    return {
        "may_run_as_root": not _barred_from_root(own, whole),
        "privileged": bool(own and own.privileged),
        "may_gain_privileges": not (own and own.allowPrivilegeEscalation is False),
        "gives_up": {c.upper() for c in (capabilities.drop if capabilities else None) or []},
        "may_write_to_its_root": not (own and own.readOnlyRootFilesystem),
        "checked_for_being_ready": container.readinessProbe is not None,
        "checked_for_being_alive": container.livenessProbe is not None,
        "needs": needs,
        "limits": limits,
        "image": container.image or "",
        "image_may_change": may_change(container.image or ""),
    }


def _barred_from_root(own: Any, whole: Any) -> bool:
    """Return whether a container is kept from running as root; what it says itself counts before what its pod says."""
    not_root = next((c.runAsNonRoot for c in (own, whole) if c and c.runAsNonRoot is not None), False)
    user = next((c.runAsUser for c in (own, whole) if c and c.runAsUser is not None), None)
    return bool(not_root) or bool(user)


def _shares(spec: Any) -> set[str]:
    shared = {"network": spec.hostNetwork, "processes": spec.hostPID, "messages": spec.hostIPC}
    folders = {f"folder {v.hostPath.path}" for v in spec.volumes or [] if v.hostPath}
    return {what for what, is_shared in shared.items() if is_shared} | folders


def may_change(image: str) -> bool:
    """Return whether an image's name may come to mean another image: it has no tag, or ``latest``, and no digest."""
    tag = _TAG.search(image)
    return "@" not in image and (tag is None or tag["tag"] == "latest")


def _kept_by(status: Any) -> str:
    waiting = status.state.waiting if status.state else None
    reason = (waiting.reason or "") if waiting else ""
    return "" if reason in _STARTING else reason

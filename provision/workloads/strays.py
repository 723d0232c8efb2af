"""Strays: objects that are not from Git, nor owned by what is, nor the cluster's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from provision.workloads.objects import Key, Object, key

# What controllers make of what there is, whatever there is: machines and addresses in use, requests of kubelets.
_MADE_BY_CONTROLLERS = frozenset(
    {"CSINode", "CertificateSigningRequest", "IPAddress", "Node", "ServiceCIDR", "StorageVersion", "VolumeAttachment"}
)
_CONTROLLERS_ACCOUNT = re.compile(r"[a-z-]+-(controller|binder|cleaner|publisher|collector|signer|autoscaler)")
# What Kubernetes puts into every namespace.
_IN_EVERY_NAMESPACE = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})


OWN = "own"
"""Under which name a platform's state has what the cluster had of its own."""


@dataclass(frozen=True)
class Own:
    """What a cluster had before anything of ours was applied: Kubernetes' own; and when that was (RFC 3339)."""

    at: str
    objects: frozenset[Key]


def own_of(found: Iterable[Object], git: Iterable[Object]) -> Own:
    """Return what a cluster has now, but for what Git says, as its own."""
    ours = {key(obj) for obj in git}
    now = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Own(now, frozenset(key(obj) for obj in found) - ours)


def strays(found: Iterable[Object], git: Iterable[Object], own: Collection[Key]) -> list[Object]:
    """Return every object of a cluster that nobody agreed on.

    Args:
        found: Everything that the cluster has.
        git: What Git says.
        own: What the cluster had before anything of ours was applied: Kubernetes' own.
    """
    everything = list(found)
    agreed = {key(obj) for obj in git} | set(own)
    by_uid = {obj["metadata"]["uid"]: obj for obj in everything}
    members = {key(obj) for obj in git if obj["kind"] == "StatefulSet"}
    known = {key(obj): obj for obj in everything}
    return [obj for obj in everything if not _belongs(obj, agreed, by_uid, known, members)]


def _belongs(
    obj: Object,
    agreed: Collection[Key],
    by_uid: Mapping[str, Object],
    known: Mapping[Key, Object],
    members: Collection[Key],
) -> bool:
    kind, namespace, name = key(obj)
    if key(obj) in agreed or kind in _MADE_BY_CONTROLLERS or (kind, name) in _IN_EVERY_NAMESPACE:
        return True
    if kind == "Endpoints":  # of the service of the same name
        return ("Service", namespace, name) in known
    if kind == "ServiceAccount" and namespace == "kube-system" and _CONTROLLERS_ACCOUNT.fullmatch(name):
        return True  # a controller's, made when it first runs; an account alone may do nothing
    if kind == "PersistentVolumeClaim" and _of_a_member(namespace, name, members, known):
        return True
    if kind == "PersistentVolume" and (claim := _claim_of(obj)) is not None:
        return claim in known and _belongs(known[claim], agreed, by_uid, known, members)
    # Whatever owns it answers for it: an owner that is a stray is named itself.
    return any(owner["uid"] in by_uid for owner in obj["metadata"].get("ownerReferences") or [])


def _of_a_member(namespace: str, name: str, members: Collection[Key], known: Mapping[Key, Object]) -> bool:
    for member in members:
        _, space, called = member
        if space != namespace or member not in known:
            continue
        templates = known[member]["spec"].get("volumeClaimTemplates") or []
        if any(re.fullmatch(rf"{re.escape(t['metadata']['name'])}-{re.escape(called)}-\d+", name) for t in templates):
            return True
    return False


def _claim_of(obj: Object) -> Key | None:
    """Return the claim that a volume was made for by a provisioner; nothing of one that was made by a person."""
    if "pv.kubernetes.io/provisioned-by" not in (obj["metadata"].get("annotations") or {}):
        return None
    claim = obj["spec"].get("claimRef") or {}
    return "PersistentVolumeClaim", claim.get("namespace", ""), claim.get("name", "")

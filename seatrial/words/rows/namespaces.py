"""Namespaces: what is stored in them, what they may use, and whom they let in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from lightkube.resources.core_v1 import Event, Namespace, PersistentVolume, PersistentVolumeClaim, ResourceQuota
from lightkube.resources.networking_v1 import NetworkPolicy
from lightkube.utils.quantity import parse_quantity

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from seatrial.words.rows.objects import found, listed, place


def claims(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return every claim to storage, and how far it has come."""
    items = found(cluster, PersistentVolumeClaim, namespace, without)
    return {place(claim): {"phase": (claim.status.phase if claim.status else "") or "Pending"} for claim in items}


def volumes(cluster: Cluster) -> Rows:
    """Return every volume, and how far it has come."""
    items: list[Any] = list(cluster.all(PersistentVolume))
    return {v.metadata.name: {"phase": (v.status.phase if v.status else "") or "Pending"} for v in items}


def used(cluster: Cluster, namespace: str = "", without: str = "") -> Rows:
    """Return of everything that a quota limits how much of it is used, in percent."""
    rows: dict[str, dict[str, object]] = {}
    for quota in found(cluster, ResourceQuota, namespace, without):
        status = quota.status
        for what, most in ((status.hard if status else None) or {}).items():
            use, limit = (float(parse_quantity(n) or 0) for n in ((status.used or {}).get(what), most))
            percent = round(100 * use / limit, 1) if limit else (100.0 if use else 0.0)
            rows[f"{place(quota)} {what}"] = {"percent_used": percent}
    return rows


def with_quota(cluster: Cluster, without: str = "") -> Rows:
    """Return every namespace, and whether it has a quota."""
    return _having(cluster, ResourceQuota, without, "quota")


def with_policy(cluster: Cluster, without: str = "") -> Rows:
    """Return every namespace, and whether it has a network policy."""
    return _having(cluster, NetworkPolicy, without, "network_policy")


def closed(cluster: Cluster, namespace: str) -> Rows:
    """Return the namespace, and whether a policy of it lets nobody in to any pod unless another one does."""
    shut = any(_shuts(policy) for policy in cluster.all(NetworkPolicy, namespace=namespace))
    there = cluster.all(Namespace, name=namespace)
    return {str(item.metadata.name): {"lets_nobody_in": shut} for item in there if item.metadata}


def warnings(cluster: Cluster, minutes: int, namespace: str = "", without: str = "") -> Rows:
    """Return every warning of the last *minutes*, as this machine's clock has it."""
    since = datetime.now(UTC) - timedelta(minutes=minutes)
    recent = [
        e
        for e in found(cluster, Event, namespace, without)
        if e.type == "Warning" and (at := _last(e)) is not None and at >= since
    ]
    return {
        f"{e.involvedObject.kind} {e.involvedObject.namespace or ''}/{e.involvedObject.name} {e.reason}": {
            "said": " ".join((e.message or "").split())
        }
        for e in recent
    }


def _having(cluster: Cluster, kind: Any, without: str, what: str) -> Rows:
    has: Collection[str] = {str(item.metadata.namespace) for item in cluster.all(kind)}
    names = {str(item.metadata.name) for item in cluster.all(Namespace) if item.metadata} - listed(without)
    return {name: {what: name in has} for name in names}


def _shuts(policy: Any) -> bool:
    spec = policy.spec
    everyone = not spec.podSelector or not (spec.podSelector.matchLabels or spec.podSelector.matchExpressions)
    return everyone and "Ingress" in (spec.policyTypes or ["Ingress"]) and not spec.ingress


def _last(event: Any) -> datetime | None:
    series = event.series.lastObservedTime if event.series else None
    at: datetime | None = series or event.lastTimestamp or event.eventTime or event.metadata.creationTimestamp
    return at

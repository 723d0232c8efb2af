"""Breaks at random of what Git says: one field of one object, and one object that nobody agreed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import ConfigMap, LimitRange, ResourceQuota, Service
from lightkube.resources.networking_v1 import Ingress, NetworkPolicy
from lightkube.resources.policy_v1 import PodDisruptionBudget
from lightkube.resources.rbac_authorization_v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding

from seatrial.sabotage import Chance, Pick, Site

_WHOLE = "features/drift/drift.feature::Nobody has changed anything by hand"
_NAMESPACES = ("microservices", "backing", "ingress", "dns")
_KINDS: tuple[Any, ...] = (
    *(Deployment, StatefulSet, DaemonSet, Service, ConfigMap, Ingress, NetworkPolicy, PodDisruptionBudget),
    *(ResourceQuota, LimitRange, Role, RoleBinding),
)
_OF_CLUSTER: tuple[Any, ...] = (ClusterRole, ClusterRoleBinding)
_STATED = ("spec", "data", "rules", "subjects")
_LABEL = "app.kubernetes.io/part-of"

Path = tuple[str | int, ...]


def field_changed(site: Site, dice: Random) -> Pick | None:
    """Pick a field of an object of ours, and another value for it."""
    found = _one(site, dice, (*_KINDS, *_OF_CLUSTER))
    if found is None:
        return None
    leaves = [leaf for top in _STATED for leaf in _leaves(found.get(top), (top,))]
    if not leaves:
        return None
    path, value = dice.choice(leaves)
    other = _other(value, dice)
    name, namespace = found["metadata"]["name"], found["metadata"].get("namespace", "")
    of = f"{found['apiVersion']} {found['kind']}"
    top, rest = str(path[0]), path[1:]
    patch = {top: _with(found[top], list(rest), other)}
    what = f"{_named(found)}: {'.'.join(map(str, path))} {value!r} -> {other!r}"
    return Pick(name, what, (_named(found),), lambda: site.patch(of, name, namespace, patch))


def object_added(site: Site, dice: Random) -> Pick:
    """Pick an object that nobody agreed on, in a namespace of ours or of Kubernetes."""
    name, namespace = f"stray-{dice.randrange(16**4):04x}", dice.choice((*_NAMESPACES, "default", "kube-system"))
    meta = {"name": name, "namespace": namespace}
    pod = {"containers": [{"name": "stray", "image": "registry.invalid/stray:1"}], "restartPolicy": "Never"}
    manifest: dict[str, Any] = dice.choice(
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"a": "b"}},
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta},
            {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"ports": [{"port": 80}]}},
            {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": {}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod},
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": {"spec": pod}}},
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": meta,
                "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": {"spec": pod}}}},
            },
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "Role",
                "metadata": meta,
                "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}],
            },
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": meta,
                "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
            },
        )
    )
    return Pick(name, f"{_named(manifest)} is added", (_named(manifest),), lambda: site.create(manifest))


def object_removed(site: Site, dice: Random) -> Pick | None:
    """Pick an object of ours that no pod depends on while it is gone."""
    found = _one(site, dice, (Ingress, NetworkPolicy, PodDisruptionBudget, ResourceQuota, LimitRange, RoleBinding))
    if found is None:
        return None
    name, namespace = found["metadata"]["name"], found["metadata"].get("namespace", "")
    of = f"{found['apiVersion']} {found['kind']}"
    return Pick(name, f"{_named(found)} is removed", (_named(found),), lambda: site.delete(of, name, namespace))


def _one(site: Site, dice: Random, kinds: Sequence[Any]) -> dict[str, Any] | None:
    """Pick an object of ours of one of *kinds*; nothing where there is none of the kind that was picked."""
    objects = sorted(_ours(site, dice.choice(kinds)), key=_named)
    return dice.choice(objects) if objects else None


def _named(found: dict[str, Any]) -> str:
    """Return an object as whoever looks for drift names it."""
    meta = found["metadata"]
    return f"{found['kind']} " + "/".join(meta[part] for part in ("namespace", "name") if meta.get(part))


def _ours(site: Site, kind: Any) -> list[dict[str, Any]]:
    """Return the objects of a kind that nobody owns: those that were written by somebody."""
    scopes: list[dict[str, str]] = [{}] if kind in _OF_CLUSTER else [{"namespace": name} for name in _NAMESPACES]
    found = [one for scope in scopes for one in site.kube.list(kind, **scope)]
    written = [one.to_dict() for one in found if not one.metadata.ownerReferences and _is_ours(one)]
    api = kind._api_info.resource  # noqa: SLF001 - a list's items have no kind of their own
    version = f"{api.group}/{api.version}" if api.group else api.version
    return [{**one, "apiVersion": version, "kind": api.kind} for one in written]


def _is_ours(found: Any) -> bool:
    return _LABEL in (found.metadata.labels or {})


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number))
    elif value is not None:
        yield path, value


def _other(value: Any, dice: Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + dice.choice((-1, 1, 10))
    number, unit = _quantity(str(value))
    return f"{number + dice.choice((1, 7))}{unit}" if number else f"{value}x"


def _quantity(text: str) -> tuple[int, str]:
    digits = "".join(c for c in text if c.isdigit())
    return (int(digits), text[len(digits) :]) if digits and text.startswith(digits) and len(digits) < 6 else (0, "")  # noqa: PLR2004 - a long one is no quantity


def _with(value: Any, path: list[str | int], leaf: Any) -> Any:
    """Return *value* with another leaf, all else as it is: a patch replaces the lists that are in it."""
    if not path:
        return leaf
    first, *rest = path
    if isinstance(value, dict):
        return {**value, first: _with(value[first], rest, leaf)}
    return [_with(item, rest, leaf) if number == first else item for number, item in enumerate(value)]


CHANCES = (
    Chance("a field", field_changed, _WHOLE),
    Chance("another field", field_changed, _WHOLE),  # most of what a platform is are fields
    Chance("an object too many", object_added, _WHOLE),
    Chance("an object too few", object_removed, _WHOLE),
)

"""Fields that a hand has set where Git is silent, by the record that the API server keeps of who set what."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Path = tuple[Any, ...]
"""The way to a field: names of fields, and mappings that tell an item of a list from others."""

# Whoever keeps a cluster going sets fields that nobody states: a volume's name in a claim, a pod's node.
_KEEPERS = frozenset(
    {
        *("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "cloud-controller-manager"),
        *("kwok", "kwok-controller", "kubeadm", "seatrial", "local-path-provisioner"),
    }
)
_KEEPERS_PREFIX = "api-priority-and-fairness-config-"
# Notes and marks on an object, or on what is made of it, are nobody's drift: a forced rollout is one.
_NOTES = ("labels", "annotations")
_SILENT = ("status", "apiVersion", "kind")
_ASSIGNED = ("clusterIP", "clusterIPs", "healthCheckNodePort", "nodePort", "volumeName")  # by the API, to each its own


@dataclass(frozen=True)
class Setting:
    """A field that somebody set.

    Attributes:
        path: The way to it.
        value: What it is set to.
        manager: Who set it, as the API server recorded.
        time: When.
    """

    path: Path
    value: Any
    manager: str
    time: str

    @property
    def name(self) -> str:
        """The field as a reader knows it: ``spec.template.spec.containers[msvc1].tty``."""
        written = ""
        for part in self.path:
            if isinstance(part, str):
                written += f".{part}"
            else:
                written += f"[{next(iter(part.values())) if len(part) == 1 else json.dumps(part)}]"
        return written.removeprefix(".")


def keeps(manager: str) -> bool:
    """Return whether a *manager* of fields keeps the cluster going, whatever is made in it."""
    return manager in _KEEPERS or manager.startswith(_KEEPERS_PREFIX)


def settings(found: Mapping[str, Any], since: str = "") -> Iterator[Setting]:
    """Return every field of an object that somebody who does not keep the cluster going has set, after *since*."""
    for entry in found["metadata"].get("managedFields") or []:
        manager, time = entry.get("manager", ""), entry.get("time") or ""
        if keeps(manager) or entry.get("subresource") or time <= since:
            continue
        for path in _leaves(entry.get("fieldsV1") or {}):
            if path[0] in _SILENT or path[-1] in _ASSIGNED or _is_note(path):
                continue
            there, value = lookup(found, path)
            if there:
                yield Setting(path, value, manager, time)


@dataclass(frozen=True)
class ByHand:
    """A field that a hand has set where Git is silent, and what it would be if nobody had.

    Attributes:
        setting: The field.
        there: Whether it would be there at all.
        value: What it would be.
    """

    setting: Setting
    there: bool
    value: Any


def by_hand(git: Mapping[str, Any], found: Mapping[str, Any], fresh: Callable[[], Mapping[str, Any]]) -> list[ByHand]:
    """Return the fields that a hand has set where Git is silent, but for those that are as they would be anyway.

    Args:
        git: The object as Git has it.
        found: The object as the cluster has it.
        fresh: Gives the object as the cluster would have it if it were made now; asked for only if need be.
    """
    silent = [setting for setting in settings(found) if not stated(git, setting.path)]
    if not silent:
        return []
    anew = fresh()
    would_be = [ByHand(setting, *lookup(anew, setting.path)) for setting in silent]
    return [one for one in would_be if one.setting.value != one.value]


def put_back(found: Mapping[str, Any], changed: Iterable[ByHand]) -> dict[str, Any]:
    """Return an object as it would be if nobody had *changed* it."""
    tree = copy.deepcopy(dict(found))
    for one in changed:
        *way, last = one.setting.path
        there, holder = lookup(tree, tuple(way))
        if not there:
            continue
        if isinstance(last, Mapping):
            holder[:] = [item for item in holder if not lookup([item], (last,))[0]]
            if one.there:
                holder.append(one.value)
        elif one.there:
            holder[last] = one.value
        else:
            holder.pop(last, None)
    return tree


def lookup(tree: Any, path: Path) -> tuple[bool, Any]:
    """Return whether *tree* has the field at *path*, and its value."""
    for part in path:
        if isinstance(part, str) and isinstance(tree, Mapping) and part in tree:
            tree = tree[part]
        elif isinstance(part, Mapping) and isinstance(tree, list):
            items = [i for i in tree if isinstance(i, Mapping) and all(i.get(k) == v for k, v in part.items())]
            if not items:
                return False, None
            tree = items[0]
        else:
            return False, None
    return True, tree


def stated(git: Mapping[str, Any], path: Path) -> bool:
    """Return whether Git says anything of the field at *path*: of itself, or of the list that it is an item of."""
    tree: Any = git
    for part in path:
        if isinstance(part, Mapping):
            return isinstance(tree, list) and (not lookup(tree, (part,))[0] or stated_within(tree, path))
        if not isinstance(tree, Mapping) or part not in tree:
            return False
        tree = tree[part]
    return True


def stated_within(items: list[Any], path: Path) -> bool:
    """Return whether the item of *items* that *path* goes through states the rest of it."""
    at = next(n for n, part in enumerate(path) if isinstance(part, Mapping))
    _, item = lookup(items, (path[at],))
    return stated(item, path[at + 1 :])


def _is_note(path: Path) -> bool:
    return any(a == "metadata" and b in _NOTES for a, b in pairwise(path))


def _leaves(fields: Mapping[str, Any], path: Path = ()) -> Iterator[Path]:
    below = {name: rest for name, rest in fields.items() if name != "."}
    for name, rest in below.items():
        kind, _, value = name.partition(":")
        if kind == "f":
            yield from _leaves(rest, (*path, value))
        elif kind == "k":
            yield from _leaves(rest, (*path, json.loads(value)))
        else:
            yield path  # an item of a set: the set as a whole
    if not below and path:
        yield path

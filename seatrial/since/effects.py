"""How far a changed object reaches: what names it, and what is made of it; or that nobody can tell.

What an object does to others that do not name it (a quota, a policy, a controller with rights of its own) is not
known, and then everything is taken to depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seatrial.since.objects import Thing, mentioned

_POD = frozenset({"Pod", "Event", "Endpoints", "EndpointSlice", "PodMetrics"})
_OWNED = frozenset({"ControllerRevision", "PersistentVolumeClaim", "PersistentVolume"})
MAKES: Mapping[str, frozenset[str]] = {
    "Deployment": _POD | {"ReplicaSet"},
    "StatefulSet": _POD | _OWNED,
    "DaemonSet": _POD | _OWNED,
    "Job": _POD,
    "CronJob": _POD | {"Job"},
    "Pod": _POD,
    "Service": frozenset({"Endpoints", "EndpointSlice"}),
    "Ingress": frozenset(),
    "PersistentVolumeClaim": frozenset({"PersistentVolume", "Event"}),
    "ConfigMap": frozenset(),
    "Secret": frozenset(),
}
"""Kinds whose reach is known, each with the kinds that the cluster makes of it."""
_READ = ("ConfigMap", "Secret")
_RIGHTS = ("RoleBinding", "ClusterRoleBinding")


@dataclass(frozen=True)
class Effect:
    """What a change may concern.

    Attributes:
        of: What was changed, for messages.
        names: Names of the changed objects, and of those that name them, directly or through others.
        kinds: Their kinds, and the kinds of what the cluster makes of them.
        namespaces: Their namespaces; empty where one is not known.
        values: Everything that selectors of labels may find them by.
    """

    of: str
    names: frozenset[str]
    kinds: frozenset[str]
    namespaces: frozenset[str]
    values: frozenset[str]


class Declared:
    """Everything that a project declares.

    Args:
        files: The objects of each file, as `things` returns them.
    """

    def __init__(self, files: Iterable[Mapping[Thing, Any]]) -> None:
        self._all = [(thing, plain, mentioned(plain)) for file in files for thing, plain in file.items()]
        bindings = [plain for thing, plain, _ in self._all if thing.kind in _RIGHTS]
        self._powerful = {name for plain in bindings for name in _subjects(plain)}
        self.names = {thing.name for thing, _, _ in self._all}

    def effect(self, path: str, before: Mapping[Thing, Any], now: Mapping[Thing, Any]) -> Effect | str | None:
        """Say how far the change of one file reaches.

        Args:
            path: The file.
            before: The objects that it declared.
            now: Those that it declares.

        Returns:
            The effect; a text where it is not known, which says why; None where no object differs.
        """
        if moved := sorted(map(str, before.keys() ^ now.keys())):
            return f"{path}: {moved[0]} was added or removed"
        changed = [thing for thing in now if now[thing] != before[thing]]
        return self._effect(path, [(thing, [before[thing], now[thing]]) for thing in changed]) if changed else None

    def of_names(self, path: str, names: Iterable[str]) -> Effect | str:
        """Say how far the change of a file reaches of which objects of these *names* are made."""
        wanted = set(names)
        found = [(thing, [plain]) for thing, plain, _ in self._all if thing.name in wanted]
        if missing := sorted(wanted - {thing.name for thing, _ in found}):
            return f"{path}: no manifest declares {missing[0]}"
        effect = self._effect(path, found)
        # Whoever else runs what is made of it, and where, no manifest has to say.
        return effect if isinstance(effect, str) else replace(effect, of=path, namespaces=frozenset())

    def _effect(self, path: str, changed: Sequence[tuple[Thing, Sequence[Any]]]) -> Effect | str:
        """Say how far objects reach that the file at *path* has changed, each with all that it was and is."""
        for thing, plains in changed:
            if why := self._unknown(thing, *plains):
                return f"{path}: {thing}: {why}"
        concerned = self._concerned([thing for thing, _ in changed])
        namespaces = {thing.namespace for thing in concerned}
        return Effect(
            of=f"{changed[0][0]} ({path})",
            names=frozenset(thing.name for thing in concerned),
            kinds=frozenset(kind for thing in concerned for kind in (thing.kind, *MAKES.get(thing.kind, ()))),
            namespaces=frozenset() if "" in namespaces else frozenset(namespaces),
            values=frozenset(value for _, plains in changed for plain in plains for value in mentioned(plain)),
        )

    def _unknown(self, thing: Thing, *plains: Any) -> str:
        """Return why it is not known how far *thing* reaches; nothing where it is known."""
        if thing.kind not in MAKES:
            return f"what a {thing.kind} does to others is not known"
        accounts = {account for plain in plains for account in _accounts(plain)}
        if powerful := sorted(accounts & self._powerful):
            return f"its account {powerful[0]} has rights of its own, and acts on what does not name it"
        if thing.kind in _READ and not any(thing.name in m for other, _, m in self._all if other != thing):
            return "nothing names it, so that who reads it is not known"
        return ""

    def _concerned(self, changed: list[Thing]) -> set[Thing]:
        concerned, grown = set(changed), True
        while grown:
            names = {thing.name for thing in concerned}
            more = {thing for thing, _, names_in in self._all if thing not in concerned and names & names_in}
            concerned |= more
            grown = bool(more)
        return concerned


def _subjects(binding: Any) -> set[str]:
    subjects = binding.get("subjects")
    found = [one.get("name") for one in subjects if isinstance(one, dict)] if isinstance(subjects, list) else []
    return {name for name in found if isinstance(name, str)}


def _accounts(plain: Any) -> set[str]:
    """Return the service accounts that pods of *plain* run by, wherever in it they stand."""
    if isinstance(plain, Mapping):
        own = plain.get("serviceAccountName")
        return ({own} if isinstance(own, str) else set()).union(*map(_accounts, plain.values()))
    return set().union(*map(_accounts, plain)) if isinstance(plain, list) else set()

"""Drift: where what runs is not what Git says."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lightkube.core.exceptions import ApiError

from provision.workloads.apply import IN_PARALLEL, INVALID
from provision.workloads.by_hand import by_hand, keeps, settings
from provision.workloads.compare import differences
from provision.workloads.objects import Object, key, label
from provision.workloads.server import Server
from provision.workloads.strays import Own, strays

HIDDEN = "(hidden)"
_CHANGING = ("Node",)  # machines come and go, and say how they are


@dataclass(frozen=True)
class FieldDrift:
    """A field that was changed behind Git's back.

    Attributes:
        object: The object, as in ``Deployment microservices/msvc1``.
        path: The field, as in ``spec.replicas``; "" for an object that is missing as a whole.
        wanted: What Git states; ``None`` where Git knows no such item.
        found: What the cluster has; ``None`` where it has nothing.
        by: Who set it and when, where the API server knows.
    """

    object: str
    path: str
    wanted: Any
    found: Any
    by: str = field(default="", compare=False)

    def __str__(self) -> str:
        by = f", set by {self.by}" if self.by else ""
        if not self.path:
            return f"{self.object} is " + (f"not in Git{by}" if self.wanted is None else "missing")
        return f"{self.object} {self.path}: expected {self.wanted!r}, found {self.found!r}{by}"


def drift(objects: Iterable[Object], server: Server) -> list[FieldDrift]:
    """Compare each of *objects* with what runs, in the fields that Git states and in those set by hand."""
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        found = pool.map(lambda obj: _drift(obj, server), objects)
        return [item for items in found for item in items]


def drift_beside(git: Iterable[Object], found: Iterable[Object], own: Own) -> list[FieldDrift]:
    """Compare what the cluster has beside Git's objects with what it may have.

    Args:
        git: What Git says.
        found: Everything that the cluster has.
        own: What it had before anything of ours was applied, and when that was.
    """
    git, found = list(git), list(found)
    beside = [FieldDrift(label(obj), "", None, "present", maker(obj)) for obj in strays(found, git, own.objects)]
    agreed = {key(obj) for obj in git}
    for obj in found:
        if key(obj) in own.objects and key(obj) not in agreed and obj["kind"] not in _CHANGING:
            hide = obj["kind"] == "Secret"
            beside += [
                FieldDrift(label(obj), s.name, None, _seen(s.value, hide=hide), f"{s.manager} at {s.time}")
                for s in settings(obj, own.at)
            ]
    return beside


def maker(obj: Object) -> str:
    """Return who was the first to set a field of an object, and when; nothing where nobody is recorded.

    Whoever keeps the cluster going writes to what others make, and has made only what nobody else has written to.
    """
    made = obj["metadata"].get("creationTimestamp", "")
    entries = [entry for entry in obj["metadata"].get("managedFields") or [] if entry.get("manager")]
    managers = [e["manager"] for e in sorted(entries, key=lambda e: (keeps(e["manager"]), e.get("time") or ""))]
    return f"{managers[0]} at {made}" if managers else ""


def _drift(obj: Object, server: Server) -> list[FieldDrift]:
    found = server.get(obj)
    if found is None:
        return [FieldDrift(label(obj), "", "present", None)]
    content = {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}
    secret = obj["kind"] == "Secret"
    return [
        FieldDrift(
            label(obj),
            difference.path,
            _seen(difference.wanted, hide=secret),
            _seen(difference.found, hide=secret),
        )
        for difference in differences(content, _as_stored(obj, server), found)
    ] + _by_hand(obj, found, server)


def _by_hand(obj: Object, found: Object, server: Server) -> list[FieldDrift]:
    """Name the fields that a hand has set where Git is silent."""
    hide = obj["kind"] == "Secret"
    return [
        FieldDrift(
            label(obj),
            one.setting.name,
            _seen(one.value if one.there else None, hide=hide),
            _seen(one.setting.value, hide=hide),
            f"{one.setting.manager} at {one.setting.time}",
        )
        for one in by_hand(obj, found, lambda: server.fresh(obj))
    ]


def _as_stored(obj: Object, server: Server) -> Object:
    try:
        return server.apply(obj, dry_run=True)
    except ApiError as error:
        if error.response.status_code != INVALID:
            raise
    try:
        return server.merge(obj, dry_run=True)
    except ApiError as error:
        if error.response.status_code != INVALID:
            raise
        return obj  # a field that cannot be changed differs: compare with Git's own spelling


def _seen(value: Any, *, hide: bool) -> Any:
    return HIDDEN if hide and value is not None else value

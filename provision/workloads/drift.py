"""Drift: where what runs is not what Git says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lightkube.core.exceptions import ApiError

from provision.workloads.apply import IN_PARALLEL, INVALID
from provision.workloads.compare import differences
from provision.workloads.objects import label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provision.workloads.objects import Object
    from provision.workloads.server import Server

HIDDEN = "(hidden)"


@dataclass(frozen=True)
class FieldDrift:
    """A field that was changed behind Git's back.

    Attributes:
        object: The object, as in ``Deployment microservices/msvc1``.
        path: The field, as in ``spec.replicas``; "" for an object that is missing as a whole.
        wanted: What Git states; ``None`` where Git knows no such item.
        found: What the cluster has; ``None`` where it has nothing.
    """

    object: str
    path: str
    wanted: Any
    found: Any

    def __str__(self) -> str:
        if not self.path:
            return f"{self.object} is missing"
        return f"{self.object} {self.path}: expected {self.wanted!r}, found {self.found!r}"


def drift(objects: Iterable[Object], server: Server) -> list[FieldDrift]:
    """Compare each of *objects* with the cluster's own, in the fields that Git states; changes nothing."""
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        found = pool.map(lambda obj: _drift(obj, server), objects)
        return [item for items in found for item in items]


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

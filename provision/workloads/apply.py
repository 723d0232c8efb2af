"""Applying objects: what runs becomes what Git says, and a second time changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby

import httpx2
from lightkube.core.exceptions import ApiError

from provision.net.retrying import connected
from provision.workloads.by_hand import by_hand, put_back
from provision.workloads.compare import differences
from provision.workloads.errors import WorkloadsError
from provision.workloads.objects import Object, label, rank
from provision.workloads.server import NOT_FOUND, Server
from seatrial.retrying import retrying

IN_PARALLEL = 4
QUOTA_LIMIT = 20.0  # seconds until the controller manager must have counted a new quota
QUOTA_PAUSE = 0.2  # seconds between two tries
CONNECTION_LIMIT = 20.0  # seconds
CONFLICT_LIMIT = 10.0  # seconds; controllers write an object's status while it is put back
FORBIDDEN, CONFLICT, INVALID = 403, 409, 422
# Kinds whose fields cannot be changed once they are made, and that can be made anew without harm.
MADE_ANEW = ("IngressClass", "Job")


def apply(objects: Iterable[Object], server: Server) -> int:
    """Apply *objects* in turns: namespaces, what workloads need, workloads, quotas.

    Returns:
        The number of objects that were made or changed.

    Raises:
        WorkloadsError: The API server refuses an object; the message names it and has the server's reason.
    """
    changed = 0
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        for _, turn in groupby(sorted(objects, key=rank), key=rank):
            changed += sum(pool.map(lambda obj: apply_one(obj, server), turn))
    return changed


def apply_one(obj: Object, server: Server) -> bool:
    """Apply one object; true if that made or changed it. A connection that is lost is tried again."""
    try:
        before = connected(lambda: server.get(obj), CONNECTION_LIMIT)
        after = connected(lambda: _settle(obj, server, there=before is not None), CONNECTION_LIMIT)
        after = connected(lambda: _without_hands(obj, after, server), CONNECTION_LIMIT)
    except ApiError as error:
        reason = error.status.message or str(error)
        raise WorkloadsError(f"{label(obj)}: the API server refuses it: {reason}") from error
    except httpx2.TransportError as error:
        raise WorkloadsError(f"{label(obj)}: the API does not answer: {type(error).__name__}: {error}") from error
    return before is None or _stated(before) != _stated(after)


def delete_all(objects: Iterable[Object], server: Server) -> list[str]:
    """Delete *objects* with what they own; name each that was still there: some go with others.

    Raises:
        WorkloadsError: The API server refuses; the message names the object and has the server's reason.
    """
    deleted = []
    for obj in objects:
        try:
            connected(lambda obj=obj: server.delete(obj), CONNECTION_LIMIT)  # type: ignore[misc]
        except ApiError as error:
            if error.response.status_code != NOT_FOUND:
                reason = error.status.message or str(error)
                raise WorkloadsError(f"{label(obj)}: the API server refuses to delete it: {reason}") from error
        else:
            deleted.append(label(obj))
    return deleted


def _settle(obj: Object, server: Server, *, there: bool) -> Object:
    try:
        after = _patiently(obj, server)
    except ApiError as error:
        if not there or error.response.status_code != INVALID:
            raise
        return _replace(obj, server)
    # An apply leaves items alone that somebody else has put into a list of ours.
    if any(True for _ in differences(_content(obj), after, after)):
        server.merge(obj)
        after = server.apply(obj)
    return after


def _replace(obj: Object, server: Server) -> Object:
    # An apply adds items to a list and so can collide with a hand-made change of that list (a port that was
    # renumbered keeps its name): a merge replaces the list, and the apply that follows owns it again.
    try:
        server.merge(obj)
    except ApiError as error:
        if error.response.status_code != INVALID or obj["kind"] not in MADE_ANEW:
            raise
        server.delete(obj)
    return server.apply(obj)


def _without_hands(obj: Object, found: Object, server: Server) -> Object:
    """Put back what a hand has set where Git is silent: an apply leaves that as it is."""

    def tried() -> Object:
        now = server.get(obj) or found
        changed = by_hand(obj, now, lambda: server.fresh(obj))
        return server.replace(put_back(now, changed)) if changed else now

    if not by_hand(obj, found, lambda: server.fresh(obj)):
        return found
    return retrying(tried, passing=_overtaken, within=CONFLICT_LIMIT, pause=0.0)


def _overtaken(error: Exception) -> bool:
    return isinstance(error, ApiError) and error.response.status_code == CONFLICT


def _patiently(obj: Object, server: Server) -> Object:
    return retrying(lambda: server.apply(obj), passing=_uncounted, within=QUOTA_LIMIT, pause=QUOTA_PAUSE)


def _uncounted(error: Exception) -> bool:
    refused = isinstance(error, ApiError) and error.response.status_code == FORBIDDEN
    return refused and "status unknown for quota" in str(error)


def _content(obj: Object) -> Object:
    return {name: value for name, value in obj.items() if name not in ("apiVersion", "kind")}


def _stated(obj: Object) -> Object:
    # Who manages a field, how often an object was written and what its controller says of it are no change of it.
    metadata = {k: v for k, v in obj["metadata"].items() if k not in ("managedFields", "resourceVersion", "generation")}
    return {name: value for name, value in obj.items() if name != "status"} | {"metadata": metadata}

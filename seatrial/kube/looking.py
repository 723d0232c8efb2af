"""Only looking: every request to a cluster is counted by its verb, and none but get, list and watch leaves."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus

import httpx2

from seatrial.checks.observer import NotProvableError
from seatrial.provisioning.adopting import LOOKS, ONLY, OnlyLookedAtError

_BY_METHOD = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_READ = ("status", "scale", "log")  # what of an object may be read by itself; all else connects to something
_ROOTS = {"api": 2, "apis": 3}  # how many parts of a path stand before the resource


class Sent:
    """What was sent to a cluster, by verb."""

    def __init__(self) -> None:
        self._by_verb: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, verb: str) -> None:
        """Count one request."""
        with self._lock:
            self._by_verb[verb] += 1

    def by_verb(self) -> Mapping[str, int]:
        """Return how many requests there were of each verb."""
        with self._lock:
            return dict(self._by_verb)


def around(wire: httpx2.BaseTransport, sent: Sent) -> httpx2.BaseTransport:
    """Return a transport that lets looks through to *wire* and counts, behind that, whatever gets there."""
    return _OnlyLooks(_Counted(wire, sent))


def verb_of(request: httpx2.Request) -> str:
    """Return what a request does, as Kubernetes would authorise it; ``connect`` for what leads to something else."""
    if request.method not in ("GET", "HEAD"):
        return _BY_METHOD.get(request.method, request.method.lower())
    if "upgrade" in request.headers:
        return "connect"
    resource = _resource(request)
    if len(resource) > 2 and resource[2] not in _READ:  # noqa: PLR2004 - what follows kind and name
        return "connect"
    if resource and request.url.params.get("watch", "").lower() not in ("", "0", "f", "false"):
        return "watch"
    return "list" if len(resource) == 1 else "get"


class _Counted(httpx2.BaseTransport):
    """Counts what reaches the wire, whoever has let it through."""

    def __init__(self, wire: httpx2.BaseTransport, sent: Sent) -> None:
        self._wire = wire
        self._sent = sent

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self._sent.note(verb_of(request))
        return self._wire.handle_request(request)

    def close(self) -> None:
        self._wire.close()


class _OnlyLooks(httpx2.BaseTransport):
    """Refuses whatever is no look; a look that the cluster forbids cannot be proven by these credentials."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        verb = verb_of(request)
        if verb not in LOOKS:
            raise OnlyLookedAtError(f"{ONLY}: refused to {verb} {request.url.path}")
        response = self._inner.handle_request(request)
        if response.status_code == HTTPStatus.FORBIDDEN and (resource := _resource(request)):
            response.read()
            response.close()
            raise NotProvableError(f"the credentials that were given may not {verb} {resource[0]}")
        return response

    def close(self) -> None:
        self._inner.close()


def _resource(request: httpx2.Request) -> list[str]:
    """Return the kind that a path names, in the plural, the object's name, and what of it; nothing of other paths."""
    parts = [part for part in request.url.path.split("/") if part]
    before = _ROOTS.get(parts[0]) if parts else None
    if before is None:
        return []
    rest = parts[before:]
    within = rest[:1] == ["namespaces"] and len(rest) > 2 and rest[2] not in ("status", "finalize")  # noqa: PLR2004
    return rest[2:] if within else rest

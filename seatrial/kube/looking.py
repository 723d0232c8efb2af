"""Only looking: every request to a cluster is counted by its verb, and none but get, list and watch leaves."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx2

from seatrial.checks.observer import NotProvableError
from seatrial.provisioning.adopting import LOOKS, ONLY, OnlyLookedAtError

_BY_METHOD = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_READ = ("status", "scale", "log")  # what of an object may be read by itself; all else connects to something
_CHANGED = ("status", "scale", "eviction")  # what of an object may be changed by itself: none runs or reaches anything
_OF_A_NAMESPACE = ("status", "finalize")
_OBJECT, _PART = 2, 3  # how many parts of a path, behind the namespace, name an object, and a part of one
_PLAIN_PART = re.compile(r"[A-Za-z0-9._:-]+")
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


@dataclass(frozen=True)
class May:
    """What may be changed of a cluster that is somebody else's; nothing unless told.

    Attributes:
        within: The namespaces in which objects may be changed.
        themselves: The namespaces that may be changed themselves.
    """

    within: frozenset[str] = frozenset()
    themselves: frozenset[str] = frozenset()

    def change(self, request: httpx2.Request) -> bool:
        """Return whether *request* changes nothing but that: its path says so as it stands, without any code in it."""
        path = request.url.raw_path.partition(b"?")[0].decode("ascii", "replace")
        parts = path.split("/")[1:]
        before = _ROOTS.get(parts[0], 0)
        plain = all(_PLAIN_PART.fullmatch(part) and part not in (".", "..") for part in parts)
        known = request.method in _BY_METHOD and "upgrade" not in request.headers
        if not (known and plain and before) or parts[before : before + 1] != ["namespaces"]:
            return False
        name, *rest = parts[before + 1 :] or [""]
        if not rest:
            return name in self.themselves and request.method == "PATCH"
        of_it = rest[0] not in _OF_A_NAMESPACE and (len(rest) <= _OBJECT or rest[2] in _CHANGED)
        return name in self.within and of_it and len(rest) <= _PART


def around(wire: httpx2.BaseTransport, sent: Sent, may: May | None = None) -> httpx2.BaseTransport:
    """Return a transport that lets looks through to *wire*, and what *may* be changed; it counts, behind that, both."""
    return _OnlyLooks(_Counted(wire, sent), may or May())


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
    """Refuses whatever is no look, and may not be changed; what the cluster forbids cannot be proven here."""

    def __init__(self, inner: httpx2.BaseTransport, may: May) -> None:
        self._inner = inner
        self._may = may

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        verb = verb_of(request)
        if verb not in LOOKS and not self._may.change(request):
            claimed = ", ".join(sorted(self._may.within))
            why = f"only what is in {claimed} may be changed" if claimed else ONLY
            raise OnlyLookedAtError(f"{why}: refused to {verb} {request.url.path}")
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

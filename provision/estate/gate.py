"""The gate before a platform's own cloud: whoever does not sign with keys that it knows is refused.

Moto asks nobody who they are, and it holds what a real cloud would hold: the cluster's certificate authority, in the
bucket of the kops state. So each request passes here first. What needs no keys says nothing of the platform: whether
the gate itself answers, and the hashes of kops's assets.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import socket
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Protocol
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from provision.estate.access import ASSETS
from provision.estate.calls import Call, call_of
from provision.estate.faults import Faults, refused
from provision.estate.keys import Keys
from provision.estate.signature import Received, refusal

READY = "/seatrial-ready"
_LONGEST_BODY = 64 << 20  # no object that kops stores is a tenth of it
_BY_A_PAGE = ("HTTP_ORIGIN", "HTTP_REFERER", "HTTP_SEC_FETCH_SITE", "HTTP_SEC_FETCH_MODE")
"""Headers that browsers add, and no client of AWS: a web page is never a client of this cloud."""

_CONTROLS = ("/moto-api", "/_moto", "/latest/")
"""What moto serves beside AWS: its own controls, and the metadata of an instance. Nobody here needs either."""
_KEY_ID = re.compile(r"Credential=([\w-]+)/")


class Others(Protocol):
    """Who else may ask, and what."""

    def keys_of(self, key_id: str) -> Keys | None:
        """Return the access key of that id, if somebody has it."""

    def allowed(self, key_id: str, call: Call) -> bool:
        """Return whether whoever has the access key *key_id* may make a call."""


class Gate:
    """Lets through to an application what the holder of the platform's keys has signed.

    Args:
        application: What is behind it: moto.
        keys: The platform's keys.
        host: The host and port that clients must ask for.
        others: Who else is known: nobody when left out.
        note: Is told whose keys a call was signed with, and what it asked for.
        faults: What is answered otherwise than AWS would; nothing when left out.
    """

    def __init__(
        self,
        application: WSGIApplication,
        keys: Keys,
        host: str,
        *,
        others: Others | None = None,
        note: Callable[[str, Call], None] | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._application = application
        self._keys = keys
        self._host = host
        self._others = others
        self._note = note
        self._faults = faults

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, or answer it with the reason why not."""
        path = re.sub("/+", "/", environ.get("PATH_INFO", ""))
        if environ.get("HTTP_HOST") != self._host or any(name in environ for name in _BY_A_PAGE):
            return _refuse(start_response, "it comes from elsewhere, or asks for another host")
        if path == READY:
            nonce = parse_qs(environ.get("QUERY_STRING", "")).get("nonce", [""])[0]
            return _answer(start_response, "200 OK", proof(self._keys, nonce).encode(), "text/plain")
        if environ.get("PATH_INFO", "").startswith(f"{ASSETS}/"):  # as it is: so it is looked at behind here, too
            return self._application(environ, start_response)
        if reason := _unfit(environ, path):
            return _refuse(start_response, reason)
        body = environ["wsgi.input"].read(_length(environ))
        received = Received(environ["REQUEST_METHOD"], _as_sent(environ), _headers(environ))
        if reason := self._refusal(received, body):
            return _refuse(start_response, reason)
        return self._pass(received, body, {**environ, "wsgi.input": BytesIO(body)}, start_response)

    def _pass(
        self, received: Received, body: bytes, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Pass a request on, or answer it as a fault has it.

        Raises:
            ConnectionResetError: If it gets no answer.
        """
        call = call_of(received.method, received.path, received.headers, body) if self._faults else None
        fault = self._faults.of(call) if self._faults and call else None
        if fault is None or call is None:
            return self._application(environ, start_response)
        if fault.how == "refuse":
            kind, content = refused(fault, call.action.partition(":")[0])
            return _answer(start_response, f"{fault.status} Refused", content, kind)
        if fault.how == "lose":
            for _ in self._application(environ, lambda *_: lambda _: None):
                pass
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    def _refusal(self, received: Received, body: bytes) -> str:
        """Return why a request is refused; one of somebody else also if she is not allowed it."""
        other = self._other(received)
        if reason := refusal(received, body, other or self._keys, dt.datetime.now(dt.UTC)):
            return reason
        call = call_of(received.method, received.path, received.headers, body)
        if self._note is not None:
            self._note((other or self._keys).id, call)
        if other is None or self._others is None or self._others.allowed(other.id, call):
            return ""
        return f"the user of {other.id} is not allowed {call.action} on {call.resource}"

    def _other(self, received: Received) -> Keys | None:
        found = _KEY_ID.search(received.headers.get("authorization", ""))
        if self._others is None or found is None or hmac.compare_digest(found[1].encode(), self._keys.id.encode()):
            return None
        return self._others.keys_of(found[1])


def _unfit(environ: WSGIEnvironment, path: str) -> str:
    """Return why a request is refused before its content is read."""
    if path.startswith(_CONTROLS):
        return "this is not served"
    if "HTTP_AUTHORIZATION" not in environ:
        return "it is not signed"
    if not 0 <= _length(environ) <= _LONGEST_BODY or "HTTP_TRANSFER_ENCODING" in environ:
        return "its length is not told, or too long"
    return ""


def _length(environ: WSGIEnvironment) -> int:
    told = str(environ.get("CONTENT_LENGTH") or "0")
    return int(told) if told.isdecimal() else -1


def proof(keys: Keys, nonce: str) -> str:
    """Return what only a server that has the keys can answer to *nonce*."""
    return hmac.new(keys.secret.encode(), f"ready {nonce}".encode(), hashlib.sha256).hexdigest()


def _as_sent(environ: WSGIEnvironment) -> str:
    """Return the path and the query as they came; a whole URL, as to a proxy, loses its host."""
    sent = str(environ.get("RAW_URI") or environ["REQUEST_URI"])
    return re.sub(r"^https?://[^/]*", "", sent) or "/"


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if name in environ:
            found[name.replace("_", "-").lower()] = str(environ[name])
    return found


def _refuse(start_response: StartResponse, reason: str) -> Iterable[bytes]:
    # The form in which S3 refuses: clients show its message.
    text = f"<Error><Code>AccessDenied</Code><Message>The request is refused: {reason}</Message></Error>"
    return _answer(start_response, "403 Forbidden", text.encode(), "application/xml")


def _answer(start_response: StartResponse, status: str, body: bytes, kind: str) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Connection", "close")]
    start_response(status, headers)
    return [body]

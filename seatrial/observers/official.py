"""The official Python client of Kubernetes, for words of a project's own, by the way to the cluster that ours has."""

from __future__ import annotations

import importlib.util
import io
import json
import os
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from lightkube import Client

from seatrial.checks.observer import Absent, Fidelity, Observer, reading_of_part
from seatrial.observers.declared import is_observed

if TYPE_CHECKING:
    from kubernetes.client import ApiClient
    from kubernetes.dynamic import DynamicClient

NAME = "kubernetes"

_NOWHERE = f"{os.devnull}/none"
"""Where the dynamic client cannot write down what it finds out: its own file would be anybody's on this machine."""


def official(connect: Callable[[], Client], fidelity: Fidelity) -> Observer | Absent:
    """Return the observer, or what stands for it where the official client is not installed.

    Args:
        connect: Makes a client of ours, whose connection, credentials and guard the official one goes by.
        fidelity: How true the cluster is.
    """
    if importlib.util.find_spec("kubernetes") is None:
        return Absent(NAME, "the official client is not installed: pip install 'seatrial[kubernetes]'")
    return Official(connect, fidelity)


class Official(Observer):
    """Gives the official client; each request of it is a look at the cluster.

    Whether a look has seen how something is follows from what came: a status, or what components write themselves.

    Args:
        connect: As above.
        fidelity: As above.

    Example:
        >>> CoreV1Api(kubernetes.api).list_namespace().items
        [...]
    """

    def __init__(self, connect: Callable[[], Client], fidelity: Fidelity) -> None:
        super().__init__(NAME, fidelity)
        self._connect = connect

    @cached_property
    def api(self) -> ApiClient:
        """The ``ApiClient``, for ``CoreV1Api`` and its like."""
        from kubernetes import client  # noqa: PLC0415 - only who asks for it needs it

        configuration = client.Configuration()
        configuration.host = str(self._inner.base_url).rstrip("/")
        made = client.ApiClient(configuration)
        made.rest_client.pool_manager = _Pool(self._inner, self._looked)
        return made

    @cached_property
    def dynamic(self) -> DynamicClient:
        """The dynamic client, for kinds that have no model; what it finds out of the API is kept in no file."""
        from kubernetes.dynamic import DynamicClient  # noqa: PLC0415 - as above

        return DynamicClient(self.api, cache_file=_NOWHERE)

    @reading_of_part
    def get(self, path: str) -> Any:
        """Return what the API server has at *path*, as JSON: what neither client has a method for.

        Raises:
            ValueError: If that is no JSON.
        """
        answer = self.api.rest_client.pool_manager.request("GET", f"{self.api.configuration.host}{path}")
        return json.loads(answer.data)

    @cached_property
    def _inner(self) -> httpx2.Client:
        client: Any = self._connect()
        inner: httpx2.Client = client._client._client  # noqa: SLF001 - lightkube does not give its connection
        return inner

    def _looked(self, question: str, found: Any) -> None:
        self.touch(asked=question, declared=not is_observed(found))

    def close(self) -> None:
        """Let go of the connection."""
        if "_inner" in vars(self):
            self._inner.close()


class _Pool:
    """Stands in for urllib3's pool: what the official client would send goes by our own client."""

    def __init__(self, inner: httpx2.Client, looked: Callable[[str, Any], None]) -> None:
        self._inner, self._looked = inner, looked

    def request(self, method: str, url: str, body: Any = None, **rest: Any) -> Any:
        """Send a request, as urllib3 would; give urllib3's own response."""
        from urllib3 import HTTPHeaderDict, HTTPResponse  # noqa: PLC0415 - it comes with the official client

        if fields := rest.get("fields"):
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"
        timeout = getattr(rest.get("timeout"), "total", None) or httpx2.USE_CLIENT_DEFAULT
        content = json.dumps(body) if isinstance(body, dict | list) else body
        asked = self._inner.build_request(method, url, headers=rest.get("headers"), content=content, timeout=timeout)
        answer = self._inner.send(asked, stream=True)
        question = f"{method.lower()} {asked.url.raw_path.decode('ascii', 'replace')}"
        if _streams(url):
            self._looked(question, None)
            given: io.RawIOBase | io.BytesIO = _Stream(answer)
        else:
            given = io.BytesIO(answer.read())
            self._looked(question, _json(answer))
        headers = HTTPHeaderDict({k: v for k, v in answer.headers.items() if k.lower() not in _OF_THE_WIRE})
        return HTTPResponse(
            body=given, headers=headers, status=answer.status_code, reason=answer.reason_phrase, preload_content=False
        )

    def clear(self) -> None:
        """Keep the connection: it is not this client's alone."""


_OF_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")
"""What was true of the answer before it was unpacked."""


class _Stream(io.RawIOBase):
    """What comes of a watch or a log, as it comes."""

    def __init__(self, answer: httpx2.Response) -> None:
        self._answer = answer
        self._parts: Iterator[bytes] = answer.iter_bytes()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:  # noqa: ARG002 - as much as has come
        part = next((part for part in self._parts if part), b"")
        if not part:
            self.close()
        return part

    def close(self) -> None:
        self._answer.close()
        super().close()


def _streams(url: str) -> bool:
    asked = parse_qs(urlsplit(url).query)
    return any(asked.get(name, [""])[0].lower() in ("true", "1") for name in ("watch", "follow"))


def _json(answer: httpx2.Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None

"""Consistent reads of the API: which versions of which objects there are now, without the objects themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx2
import msgspec
from lightkube import Client
from lightkube.core.resource import NamespacedResource, Resource

from seatrial.errors import StaleError
from seatrial.retrying import retrying

# Metadata is enough to compare versions: of 20,000 pods it is read in half a second, of a few in three milliseconds.
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
_TRIES = 3  # a connection that a lost master held is given up in time for another
_PAUSE = 0.1  # seconds


@dataclass(frozen=True)
class Question:
    """What of one kind was asked for: its namespace, its name and its labels, where they matter."""

    kind: type[Resource]
    namespace: str | None = None
    name: str | None = None
    labels: tuple[tuple[str, str], ...] = ()

    def selects(self, item: Any) -> bool:
        """Say whether *item* is among what was asked for."""
        meta = item.metadata
        return (
            (self.namespace is None or meta.namespace == self.namespace)
            and (self.name is None or meta.name == self.name)
            and dict(self.labels).items() <= (meta.labels or {}).items()
        )

    @property
    def scope(self) -> dict[str, str]:
        """Where lightkube is to look for it."""
        return {"namespace": self.namespace or "*"} if issubclass(self.kind, NamespacedResource) else {}

    @property
    def selectors(self) -> dict[str, str]:
        """The selectors by which the API server is asked for it."""
        labels = {"labelSelector": ",".join(f"{k}={v}" for k, v in self.labels)} if self.labels else {}
        return labels | ({"fieldSelector": f"metadata.name={self.name}"} if self.name else {})

    def __str__(self) -> str:
        where = "/".join(part for part in (self.namespace, self.name) if part)
        return " ".join(part for part in (self.kind.__name__, where, self.selectors.get("labelSelector", "")) if part)


class _Meta(msgspec.Struct):
    name: str = ""
    uid: str = ""
    resourceVersion: str = ""  # noqa: N815 - as the API has it


class _Item(msgspec.Struct):
    metadata: _Meta


class _List(msgspec.Struct):
    metadata: _Meta
    items: list[_Item] | None = None  # null where there is none


_DECODER = msgspec.json.Decoder(_List)
_DECODER.decode(b'{"metadata": {}, "items": [{"metadata": {}}]}')  # msgspec crashes when threads meet a type together


@dataclass(frozen=True)
class Versions:
    """What there was at one moment.

    Attributes:
        at: The version of the whole store at that moment.
        of: The version of each object, by its uid.
    """

    at: int
    of: Mapping[str, int]


class Reader:
    """Reads versions from the API server itself.

    Args:
        connect: Makes a client; it is made anew once its connections are lost.
    """

    def __init__(self, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self._client: Any = None
        self._lock = threading.Lock()

    def read(self, question: Question, within: float) -> Versions:
        """Read the versions of what *question* asks for: no older than this call.

        Raises:
            StaleError: If the API server gives none within *within* seconds; it has the last reason.
        """
        each = within / _TRIES
        try:
            return retrying(lambda: self._read(question, each), passing=_passing, within=within - each, pause=_PAUSE)
        except httpx2.HTTPError as error:
            reason = f"{type(error).__name__}: {error}".rstrip(": ")
            raise StaleError(f"{question} could not be confirmed by the API server: {reason}") from error

    def close(self) -> None:
        """Let go of the client and its connections."""
        with self._lock:
            self._drop()

    def _read(self, question: Question, timeout: float) -> Versions:
        headers = {"Accept": _METADATA, "Accept-Encoding": "identity"}
        with self._lock:
            try:
                if self._client is None:
                    self._client = self._connect()
                inner = self._client._client  # noqa: SLF001 - lightkube has no public way to ask for metadata alone
                asked = inner.prepare_request(
                    "list", question.kind, params=question.selectors, headers=headers, **question.scope
                )
                asked.timeout = httpx2.Timeout(timeout)
                response = inner.send(inner.build_adapter_request(asked))
                inner.raise_for_status(response)
            except httpx2.TransportError:
                self._drop()
                raise
        found = _DECODER.decode(response.content)
        of = {item.metadata.uid: int(item.metadata.resourceVersion) for item in found.items or []}
        return Versions(int(found.metadata.resourceVersion), of)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _passing(error: Exception) -> bool:
    """Return whether another try may succeed: a connection was lost, or the server has too much to do."""
    if not isinstance(error, httpx2.HTTPError):
        return False
    code = error.response.status_code if isinstance(error, httpx2.HTTPStatusError) else HTTPStatus.SERVICE_UNAVAILABLE
    return code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.TOO_MANY_REQUESTS

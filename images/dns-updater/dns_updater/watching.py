"""One list and watch of the API server, which survives everything that can happen to the connection."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import httpx2
from lightkube import Client
from lightkube.core.exceptions import ApiError

log = logging.getLogger(__name__)

Seen = TypeVar("Seen")

_WATCH_SECONDS = 240  # after which the server ends a watch, and the next one begins where it ended
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds between attempts to connect


@dataclass(frozen=True)
class Selection:
    """Which objects are watched: of a kind, in a namespace (``*`` for all of them), with labels."""

    resource: Any
    namespace: str | None = None
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, Any]:
        """Give the arguments that the client's ``list`` and ``watch`` take."""
        given: dict[str, Any] = {"namespace": self.namespace} if self.namespace else {}
        return {**given, "labels": self.labels} if self.labels else given


class Watcher(Generic[Seen]):
    """Keeps what matters of the selected objects.

    Args:
        connect: Makes a new client of the API server.
        selection: Which objects.
        read: Takes from an object what matters; other changes of the object are not reported.

    Attributes:
        listed: Whether the objects have been listed at least once.
    """

    def __init__(self, connect: Callable[[], Client], selection: Selection, read: Callable[[Any], Seen]) -> None:
        self._connect = connect
        self._selection = selection
        self._read = read
        self._changed: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], Seen] = {}
        self._version = ""
        self._failures = 0
        self.listed = False

    @property
    def kind(self) -> str:
        """The kind of the objects."""
        return str(self._selection.resource.__name__)

    def values(self) -> list[Seen]:
        """Give what matters of every object."""
        with self._lock:
            return list(self._seen.values())

    def run(self, changed: Callable[[], None]) -> None:
        """List and watch for ever, and call *changed* after every change that matters."""
        self._changed = changed
        while True:
            try:
                # A client of its own for every attempt: a failed watch never gives its connection back to the pool.
                with self._connect() as client:
                    if not self._version:
                        self._list(client)
                    self._watch(client)
            except Exception as error:  # noqa: BLE001 - whatever happened, the only way on is to connect again
                self._recover(error)

    def _recover(self, error: Exception) -> None:
        if isinstance(error, ApiError) and error.status.code == HTTPStatus.GONE:
            self._version = ""
            log.info("watch is too old, listing again", extra={"data": {"kind": self.kind}})
            return
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311
        self._failures += 1
        if isinstance(error, ApiError):
            self._version = ""  # The server answered, but not this watch: start anew.
        log.warning(
            "lost the API server, connecting again",
            extra={"data": {"kind": self.kind, "reason": repr(error), "pause": round(pause, 2)}},
        )
        time.sleep(pause)

    def _list(self, client: Client) -> None:
        again = self.listed
        objects = client.list(self._selection.resource, **self._selection.query)
        seen = {self._key(found): self._read(found) for found in objects}
        with self._lock:
            same = self.listed and seen == self._seen
            self._seen = seen
        self._version = str(objects.resourceVersion)
        self.listed = True
        self._failures = 0
        if not same:
            if again:
                log.info("a list tells what no watch has told", extra={"data": {"kind": self.kind}})
            self._changed()

    def _watch(self, client: Client) -> None:
        events = client.watch(
            self._selection.resource,
            resource_version=self._version,
            server_timeout=_WATCH_SECONDS,
            **self._selection.query,
        )
        try:
            for event, found in events:
                self._failures = 0
                if self._note(event, found):
                    self._changed()
                self._version = str(found.metadata.resourceVersion)
        except httpx2.ReadTimeout:
            self._version = ""  # Whether nothing has happened, or nothing comes through any more, a list tells.

    def _note(self, event: str, found: Any) -> bool:
        """Take over one event, and say whether it matters."""
        key = self._key(found)
        with self._lock:
            if event == "DELETED":
                return self._seen.pop(key, None) is not None
            value = self._read(found)
            before = self._seen.get(key)
            known = key in self._seen
            self._seen[key] = value
            return not known or before != value

    @staticmethod
    def _key(found: Any) -> tuple[str, str]:
        return found.metadata.namespace or "", found.metadata.name

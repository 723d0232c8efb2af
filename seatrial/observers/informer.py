"""One list and watch of one kind, kept in a cache that can be held against a consistent read."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import httpx2
import msgspec
from lightkube import ApiError, Client
from lightkube.core import decoders
from lightkube.core.resource import Resource

from seatrial.checks.convergence import PULSE
from seatrial.checks.observer import NotProvableError
from seatrial.observers.consistent import Question, Versions

R = TypeVar("R", bound=Resource)

_FIRST_LIST = 20.0  # seconds until the first list must have come
_RETRY = 0.3  # seconds before a broken watch is begun anew
_WATCH = 30  # seconds after which the server ends a watch, and it goes on from where it was
_SILENT = 35.0  # seconds without a byte after which a connection is taken for dead: the server would have ended it


_LEARNING = threading.Lock()


def _learn(kind: type[Resource]) -> None:
    """Decode *kind* once before a thread does: msgspec crashes when threads meet a type for the first time together."""
    with _LEARNING, contextlib.suppress(msgspec.ValidationError):
        decoders.decode_list(b'{"items": [{}]}', kind)


class Informer(Generic[R]):
    """Keeps every object of *kind* in a cache, beats the pulse at each change, and lists anew when a watch breaks."""

    def __init__(self, kind: type[R], connect: Callable[[], Client]) -> None:
        self.kind = kind
        self._connect = connect
        self._objects: dict[str, R] = {}
        self._version = 0  # of the store: everything of this kind up to it is in the cache
        self._changes = 0
        self._changed = threading.Condition()
        self._listed = threading.Event()
        self._stopped = threading.Event()
        self._error: Exception | None = None
        self._turn = 0  # a watch whose turn is over brings nothing more into the cache
        _learn(kind)
        self.begin_anew()

    @property
    def changes(self) -> int:
        """How often the cache has changed."""
        return self._changes

    def objects(self) -> list[R]:
        """Return what is in the cache, once the first list is.

        Raises:
            TimeoutError: If the first list does not come; it names the kind and the last error.
            NotProvableError: If it is known that this kind cannot be looked at.
        """
        listed = self._listed.wait(_FIRST_LIST)
        if isinstance(self._error, NotProvableError):
            raise self._error
        if not listed:
            raise TimeoutError(f"no list of {self.kind.__name__} within {_FIRST_LIST:g} s: {self._error}")
        with self._changed:
            return list(self._objects.values())

    def catch_up(self, question: Question, now: Versions, within: float) -> bool:
        """Wait until the cache has everything that *question* asks for as it was *now*; say whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: self._has(question, now), timeout=within)

    def begin_anew(self) -> None:
        """List and watch on a new connection; the watch before, if there is one, is left to itself."""
        with self._changed:
            self._turn += 1
            turn = self._turn
        name = f"watch-{self.kind.__name__}-{turn}"
        threading.Thread(target=self._run, args=(turn,), name=name, daemon=True).start()

    def stop(self) -> None:
        """End the watch; its thread ends with the process."""
        self._stopped.set()

    def _has(self, question: Question, now: Versions) -> bool:
        if self._version >= now.at:  # events come in the order of the store
            return True
        for uid, version in now.of.items():
            if uid not in self._objects or _version(self._objects[uid]) < version:
                return False
        beyond = (item for uid, item in self._objects.items() if uid not in now.of)
        return not any(_version(item) <= now.at and question.selects(item) for item in beyond)

    def _current(self, turn: int) -> bool:
        return turn == self._turn and not self._stopped.is_set()

    def _run(self, turn: int) -> None:
        while self._current(turn):
            try:
                with self._connect() as client:
                    version = self._list(client, turn)
                    self._error = None
                    while self._current(turn):
                        version = self._watch(client, version, turn)
            except Exception as error:  # noqa: BLE001 - a watch outlives every failure of its server
                self._error = error
                if isinstance(error, NotProvableError):
                    self._listed.set()  # as far as it ever will be
                self._stopped.wait(_RETRY)

    def _list(self, client: Any, turn: int) -> int:
        found = client.list(self.kind, **Question(self.kind).scope)
        objects = {item.metadata.uid: item for item in found}
        version = int(found.resourceVersion)

        def replace() -> None:
            self._objects = objects

        self._apply(turn, version, replace)
        self._listed.set()
        return version

    def _watch(self, client: Any, version: int, turn: int) -> int:
        """Watch from *version* until the server ends it; give the version that it came to."""
        inner = client._client  # noqa: SLF001 - lightkube's own watch waits for ever for a server that has vanished
        params = {"resourceVersion": str(version), "timeoutSeconds": str(_WATCH), "allowWatchBookmarks": "true"}
        asked = inner.prepare_request("list", self.kind, watch=True, params=params, **Question(self.kind).scope)
        asked.timeout = httpx2.Timeout(_FIRST_LIST, read=_SILENT)
        with contextlib.closing(inner.send(inner.build_adapter_request(asked), stream=True)) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                if not self._current(turn):
                    break
                version = self._take(decoders.decode_watch_event(line), turn)
        return version

    def _take(self, event: decoders.WatchEvent, turn: int) -> int:
        if event.type == "ERROR":
            raise ApiError(status=decoders.decode_status(bytes(event.object)))
        item: Any = decoders.decode_object(bytes(event.object), self.kind)
        version = _version(item)

        def change() -> None:
            if event.type == "DELETED":
                self._objects.pop(item.metadata.uid, None)
            elif event.type != "BOOKMARK":  # which says only how far the watch has come
                self._objects[item.metadata.uid] = item

        self._apply(turn, version, change)
        return version

    def _apply(self, turn: int, version: int, change: Callable[[], None]) -> None:
        with self._changed:
            if turn != self._turn:
                return
            change()
            self._version = version
            self._changes += 1
            self._changed.notify_all()
        PULSE.beat()


def _version(item: Any) -> int:
    return int(item.metadata.resourceVersion)

"""One list and watch of one kind, kept in a cache."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from lightkube import Client
from lightkube.core.decoders import decode_list
from lightkube.core.resource import NamespacedResource, Resource

from seatrial.checks.convergence import PULSE

R = TypeVar("R", bound=Resource)

_FIRST_LIST = 20.0  # seconds until the first list must have come
_RETRY = 0.3  # seconds before a broken watch is begun anew


_LEARNING = threading.Lock()


def _learn(kind: type[Resource]) -> None:
    """Decode *kind* once before a thread does: msgspec crashes when threads meet a type for the first time together."""
    with _LEARNING, contextlib.suppress(msgspec.ValidationError):
        decode_list(b'{"items": [{}]}', kind)


class Informer(Generic[R]):
    """Keeps every object of *kind* in a cache, beats the pulse at each change, and lists anew when a watch breaks."""

    def __init__(self, kind: type[R], connect: Callable[[], Client]) -> None:
        self.kind = kind
        self._connect = connect
        self._objects: dict[str, R] = {}
        self._lock = threading.Lock()
        self._listed = threading.Event()
        self._stopped = threading.Event()
        self._error: Exception | None = None
        _learn(kind)
        threading.Thread(target=self._run, name=f"watch-{kind.__name__}", daemon=True).start()

    def objects(self) -> list[R]:
        """Return what is in the cache, once the first list is.

        Raises:
            TimeoutError: If the first list does not come; it names the kind and the last error.
        """
        if not self._listed.wait(_FIRST_LIST):
            raise TimeoutError(f"no list of {self.kind.__name__} within {_FIRST_LIST:g} s: {self._error}")
        with self._lock:
            return list(self._objects.values())

    def stop(self) -> None:
        """End the watch; its thread ends with the process."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                client: Any = self._connect()
                version = self._list(client)
                self._watch(client, version)
            except Exception as error:  # noqa: BLE001 - a watch outlives every failure of its server
                self._error = error
                self._stopped.wait(_RETRY)

    def _scope(self) -> dict[str, str]:
        return {"namespace": "*"} if issubclass(self.kind, NamespacedResource) else {}

    def _list(self, client: Any) -> str:
        found = client.list(self.kind, **self._scope())
        objects = {item.metadata.uid: item for item in found}
        with self._lock:
            self._objects = objects
        self._listed.set()
        PULSE.beat()
        return str(found.resourceVersion)

    def _watch(self, client: Any, version: str) -> None:
        for event, item in client.watch(self.kind, resource_version=version, **self._scope()):
            if self._stopped.is_set():
                return
            with self._lock:
                if event == "DELETED":
                    self._objects.pop(item.metadata.uid, None)
                elif event in ("ADDED", "MODIFIED"):
                    self._objects[item.metadata.uid] = item
                else:
                    raise ConnectionError(f"the watch of {self.kind.__name__} ended with {event}")
            PULSE.beat()

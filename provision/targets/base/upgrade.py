"""An upgrade of Kubernetes: what is written down of it, and for how long nothing could be written meanwhile."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx2
from lightkube import ApiError, Client
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.coordination_v1 import Lease
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from provision.net.nodes import MASTER_LABEL, is_ready
from provision.observers.upgrade import RECORD
from provision.targets.base.parts import Parts

_NAME, _NAMESPACE, _CONFLICT = "seatrial-upgrade", "kube-system", 409
_ZONE = "topology.kubernetes.io/zone"


def running(parts: Parts) -> str | None:
    """Return the version that a platform runs, wholly or in part; nothing where it was never begun."""
    found = (parts.state.read("platform") or {}).get("kubernetes")
    return None if found is None else str(found)


@contextmanager
def upgrading(parts: Parts, say: Callable[[str], None]) -> Iterator[None]:
    """Write an upgrade down as it is done, and tell how long the API took no writes; a failed one is begun again.

    Args:
        parts: The platform's parts.
        say: Is told of the outcome.
    """
    before, after, began = running(parts), parts.spec.kubernetes, time.time()
    writer, watcher = Writer(parts.client), Watcher(parts.client)
    with writer.at_work(), watcher.at_work():
        yield
    seconds, gap = round(time.time() - began, 1), round(writer.gap, 2)
    record = {"from": before, "to": after, "seconds": seconds, "gap": gap, "seen": watcher.seen}
    parts.state.write(RECORD, record)
    parts.state.write("platform", (parts.state.read("platform") or {}) | {"kubernetes": after})
    say(f"Kubernetes {before} upgraded to {after}: the API took no writes for {gap:.1f} s at most")


class _Aside(ABC):
    """Does something again and again beside an upgrade, with a client of its own."""

    period: ClassVar[float]
    """Seconds between two times."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._make = client
        self._ended = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Do it for as long as this lasts."""
        thread = threading.Thread(target=self._work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
            self.end()

    @abstractmethod
    def do(self, client: Client) -> None:
        """Do it once."""

    @abstractmethod
    def end(self) -> None:
        """Clear up, after the last time."""

    def _work(self) -> None:
        client = self._make()
        while not self._ended.wait(self.period):
            with suppress(ApiError, httpx2.HTTPError):  # the API may be away, which is what is looked at
                self.do(client)


class Watcher(_Aside):
    """Looks at the machines without a pause, and keeps what has changed.

    Args:
        client: Makes a client of the API.
    """

    period = 0.3

    def __init__(self, client: Callable[[], Client]) -> None:
        super().__init__(client)
        self._began = time.monotonic()
        self.seen: list[dict[str, Any]] = []
        """What was seen, after how many seconds: each machine's role, zone, version, and whether it was ready."""

    def do(self, client: Client) -> None:
        """Look once."""
        found = {str(node.metadata.name): _row(node) for node in client.list(Node) if node.metadata}
        if not self.seen or found != self.seen[-1]["machines"]:
            self.seen.append({"after": round(time.monotonic() - self._began, 1), "machines": found})

    def end(self) -> None:
        """Look once more, at what it came to."""
        with suppress(ApiError, httpx2.HTTPError):
            self.do(self._make())


class Writer(_Aside):
    """Writes to the API without a pause, and measures for how long it could not.

    Args:
        client: Makes a client of the API.
    """

    period = 0.1

    def __init__(self, client: Callable[[], Client]) -> None:
        super().__init__(client)
        self._made = False
        self._last: float | None = None
        self.gap = 0.0
        """The longest time in seconds from one write that was taken to the next."""

    def do(self, client: Client) -> None:
        """Write once."""
        self._made = self._made or _create(client)
        change = {"spec": {"renewTime": datetime.now(UTC).isoformat(timespec="microseconds")}}
        client.patch(Lease, _NAME, change, namespace=_NAMESPACE, patch_type=PatchType.MERGE)
        self._taken()

    def end(self) -> None:
        """Take back what was written; a gap that has not ended is one too."""
        self._taken()
        with suppress(ApiError, httpx2.HTTPError):
            self._make().delete(Lease, _NAME, namespace=_NAMESPACE)

    def _taken(self) -> None:
        now = time.monotonic()
        self.gap = max(self.gap, now - (now if self._last is None else self._last))
        self._last = now


def _create(client: Client) -> bool:
    meta = ObjectMeta(name=_NAME, namespace=_NAMESPACE)
    try:
        client.create(Lease(metadata=meta, spec=LeaseSpec(holderIdentity="seatrial")))
    except ApiError as error:
        if error.status.code != _CONFLICT:  # left by an upgrade that was killed
            raise
    return True


def _row(node: Node) -> dict[str, Any]:
    labels = (node.metadata.labels if node.metadata else None) or {}
    info = node.status.nodeInfo if node.status else None
    return {
        "role": "master" if MASTER_LABEL in labels else "node",
        "zone": labels.get(_ZONE, ""),
        "version": info.kubeletVersion.removeprefix("v") if info else "",
        "ready": is_ready(node),
    }

"""An upgrade of Kubernetes: what is written down of it, and for how long nothing could be written meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final

import httpx2
from lightkube import ApiError, Client
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.coordination_v1 import Lease
from lightkube.types import PatchType

from provision.targets.base.parts import Parts

RECORD: Final = "upgrade"
"""Where it is written down in the platform's state: from, to, seconds, and the longest gap in seconds."""

_NAME, _NAMESPACE, _CONFLICT = "seatrial-upgrade", "kube-system", 409
_PERIOD = 0.1  # seconds between two writes


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
    writer = Writer(parts.client)
    with writer.at_work():
        yield
    seconds, gap = round(time.time() - began, 1), round(writer.gap, 2)
    parts.state.write(RECORD, {"from": before, "to": after, "seconds": seconds, "gap": gap})
    parts.state.write("platform", (parts.state.read("platform") or {}) | {"kubernetes": after})
    say(f"Kubernetes {before} upgraded to {after}: the API took no writes for {gap:.1f} s at most")


class Writer:
    """Writes to the API without a pause, and measures for how long it could not.

    Args:
        client: Makes a client of the API.
    """

    def __init__(self, client: Callable[[], Client]) -> None:
        self._make = client
        self._ended = threading.Event()
        self._last: float | None = None
        self.gap = 0.0
        """The longest time in seconds from one write that was taken to the next."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Write for as long as this lasts; what was written is removed."""
        thread = threading.Thread(target=self._write, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
            self._taken()  # a gap that has not ended is one too
            with suppress(ApiError, httpx2.HTTPError):
                self._make().delete(Lease, _NAME, namespace=_NAMESPACE)

    def _write(self) -> None:
        client, made = self._make(), False
        while not self._ended.wait(_PERIOD):
            try:
                made = made or _create(client)
                change = {"spec": {"renewTime": datetime.now(UTC).isoformat(timespec="microseconds")}}
                client.patch(Lease, _NAME, change, namespace=_NAMESPACE, patch_type=PatchType.MERGE)
            except (ApiError, httpx2.HTTPError):
                continue  # which is what is measured
            self._taken()

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

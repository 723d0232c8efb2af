"""A steady stream of requests while something else happens: sent, failed, longest gap."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Flow:
    """What became of a stream: requests sent and failed, the longest time without a success, and the last error."""

    sent: int
    failed: int
    longest_gap: float
    last_error: str = ""


class Stream:
    """Calls *request* every *every* seconds until it is left, at most *most* times.

    A request that raises has failed. Used as a context manager.
    """

    def __init__(self, request: Callable[[], object], *, every: float = 0.1, most: int = 10_000) -> None:
        self._request = request
        self._every = every
        self._most = most
        self._sent = self._failed = 0
        self._gap = 0.0
        self._error = ""
        self._success = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._success = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def flow(self) -> Flow:
        """What became of it so far; a gap that is still open counts."""
        gap = max(self._gap, time.monotonic() - self._success)
        return Flow(self._sent, self._failed, gap, self._error)

    def _run(self) -> None:
        while not self._ended.is_set() and self._sent < self._most:
            self._sent += 1
            try:
                self._request()
            except Exception as error:  # noqa: BLE001 - any failure counts
                self._failed += 1
                self._error = f"{type(error).__name__}: {error}"
            else:
                now = time.monotonic()
                self._gap, self._success = max(self._gap, now - self._success), now
            self._ended.wait(self._every)

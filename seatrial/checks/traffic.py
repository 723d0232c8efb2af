"""Steady traffic while something else happens: requests sent and failed, the longest gap, and their course in time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from seatrial import contained

BUCKET = 0.1
"""Seconds of one entry in the course of the traffic."""

_ERRORS_KEPT = 5


@dataclass(frozen=True)
class Flow:
    """What became of the traffic.

    Attributes:
        sent: Requests that were begun.
        failed: Those that raised an error.
        longest_gap: The longest time in seconds without a success, from the beginning to the end.
        slowest: The seconds that the slowest request took, whether it failed or not.
        seconds: How long the traffic has flowed.
        first_errors: The first few errors, each with the second at which its request was begun.
    """

    sent: int
    failed: int
    longest_gap: float
    slowest: float = 0.0
    seconds: float = 0.0
    first_errors: tuple[str, ...] = ()

    @property
    def last_error(self) -> str:
        """The last of the errors that were kept; nothing when no request has failed."""
        return self.first_errors[-1] if self.first_errors else ""

    def __str__(self) -> str:
        said = f"{self.failed} of {self.sent} requests failed in {self.seconds:.1f} s"
        errors = "".join(f"\n  {error}" for error in self.first_errors)
        return f"{said}, longest gap {self.longest_gap:.1f} s{errors}"


@dataclass
class _Counts:
    """What is counted while requests are under way; held under one lock."""

    began: float
    success: float
    sent: int = 0
    done: int = 0
    failed: int = 0
    gap: float = 0.0
    slowest: float = 0.0
    errors: list[str] = field(default_factory=list)
    buckets: dict[int, list[int]] = field(default_factory=dict)


class Traffic:
    """Calls *request* at a steady rate until it is ended or a limit is reached. Used as a context manager.

    A request that raises has failed. The next one is not put off until the one before has ended, as long as no more
    than *at_once* are under way: requests that wait must not hide that others would have failed.

    Args:
        request: Sends one request.
        rate: Requests a second.
        at_once: How many may be under way; with 1 they follow one another.
        most: The limit in requests.
        seconds: The limit in seconds.
    """

    def __init__(
        self,
        request: Callable[[], object],
        *,
        rate: float = 20.0,
        at_once: int = 1,
        most: int = 10_000,
        seconds: float = 300.0,
    ) -> None:
        self._request = request
        self._pause = 1 / rate
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._free = threading.Semaphore(at_once)
        self._pool = ThreadPoolExecutor(at_once, "traffic")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        now = time.monotonic()
        self._counts = _Counts(now, now)
        self._flow: Flow | None = None

    def __enter__(self) -> Self:
        now = time.monotonic()
        self._counts = _Counts(now, now)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.end()

    @property
    def flow(self) -> Flow:
        """What became of it so far; a gap that is still open counts, requests that are under way have not failed."""
        if self._flow is not None:
            return self._flow
        with self._lock:
            counts, now = self._counts, time.monotonic()
            gap = max(counts.gap, now - counts.success)
            seconds = round(now - counts.began, 3)
            return Flow(counts.sent, counts.failed, gap, counts.slowest, seconds, tuple(counts.errors))

    def end(self) -> Flow:
        """Send nothing more, wait for what is under way, and give what became of all of it; safe to call twice."""
        if self._flow is None:
            self._ended.set()
            self._thread.join()
            self._pool.shutdown(wait=True)
            self._flow = self.flow
        return self._flow

    def count_anew(self) -> None:
        """Forget what became of it so far: what is under way is not counted, and the limits begin again."""
        with self._lock:
            now = time.monotonic()
            self._counts = _Counts(now, now)

    def course(self) -> list[tuple[float, int, int]]:
        """Return the second, the requests begun and those of them that failed, for each `BUCKET` that had any."""
        with self._lock:
            return [(round(n * BUCKET, 1), *counts) for n, counts in sorted(self._counts.buckets.items())]  # type: ignore[misc]

    def _run(self) -> None:
        due = self._counts.began
        while not self._ended.is_set() and self._counts.sent < self._most:
            self._free.acquire()
            with self._lock:
                counts, begun = self._counts, time.monotonic()
                if self._ended.is_set() or begun - counts.began > self._seconds:
                    self._free.release()
                    return
                bucket = int((begun - counts.began) / BUCKET)
                counts.sent += 1
                counts.buckets.setdefault(bucket, [0, 0])[0] += 1
            self._pool.submit(self._send, counts, begun, bucket)
            due = max(due + self._pause, begun)
            self._ended.wait(max(due - time.monotonic(), 0.0))

    def _send(self, counts: _Counts, begun: float, bucket: int) -> None:
        trouble = ""
        try:
            self._request()
        except Exception as error:  # noqa: BLE001 - any failure counts
            trouble = f"{type(error).__name__}: {error}"
        now = time.monotonic()
        with self._lock:
            counts.done += 1
            counts.slowest = max(counts.slowest, now - begun)
            if trouble:
                counts.failed += 1
                counts.buckets[bucket][1] += 1
                if len(counts.errors) < _ERRORS_KEPT:
                    counts.errors.append(f"at {begun - counts.began:.1f} s: {trouble}")
            else:
                counts.gap, counts.success = max(counts.gap, now - counts.success), now
        self._free.release()


def keep(traffic: Traffic, file: Path, what: str) -> None:
    """Write what became of *traffic* into *file* as JSON, for a report: the sums, and their course in time.

    Args:
        traffic: The traffic.
        file: The file; its folder is made if need be.
        what: What the requests were for.

    Raises:
        OSError: If the file cannot be written.
    """
    document = {
        "requests": what,
        **asdict(traffic.flow),
        "bucket_seconds": BUCKET,
        "course": [{"at": at, "sent": sent, "failed": failed} for at, sent, failed in traffic.course()],
    }
    contained.write(file, json.dumps(document, indent=1) + "\n")


class StartTraffic(Protocol):
    """Starts traffic that goes on until the scenario ends."""

    def __call__(self, request: Callable[[], object], *, rate: float, at_once: int = 1, what: str = "") -> Traffic:
        """Send *request* at *rate* a second; what it is for, if it is named, is kept with its course for the report."""

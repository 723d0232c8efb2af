"""Clients that write at a bounded rate, each at its own pace and all at once, and note what they were told."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

from seatrial.checks.history.judge import Finding
from seatrial.checks.history.operations import Operation, Outcome

_GRACE = 12.0  # seconds for what is under way at the end: more than an API server is waited for
_ANSWER = 1.0  # seconds after which a client writes on, though its last write is not answered
_AT_ONCE = 4  # unanswered writes of one client
_TOLD = 200  # characters of what a client is told that are kept

Write = Callable[[str], int | None]
"""Writes a value; gives its place in the store's order where the store tells one, and raises whatever it is told."""


class History:
    """Clients write numbered values until they are ended or a limit is reached. Used as a context manager.

    A client begins a write when its last one has ended, and not sooner than its rate has it. After a second without an
    answer it writes on, as somebody does who tries again: what is done while others wait is what a history is for.

    Args:
        write: Writes one value; called by several threads at once.
        surely_refused: Whether an error that *write* raised says for sure that nothing was written, and nothing will.
        clients: Their names.
        rate: Writes a second of each client.
        most: The limit in writes of each client.
        seconds: The limit in seconds.
    """

    def __init__(
        self,
        write: Write,
        *,
        surely_refused: Callable[[Exception], bool],
        clients: Sequence[str] = ("a", "b", "c"),
        rate: float = 5.0,
        most: int = 4500,
        seconds: float = 900.0,
    ) -> None:
        self._write, self._surely_refused = write, surely_refused
        self._pause, self._most, self._seconds = 1 / rate, most, seconds
        self._lock, self._over = threading.Lock(), threading.Event()
        self._idle = threading.Condition(self._lock)
        self._numbers: Counter[str] = Counter()
        self._done: list[Operation] = []
        self._under_way: dict[str, Operation] = {}
        self._began = time.monotonic()
        self._length: float | None = None
        self._threads = {name: threading.Thread(target=self._run, args=(name,), daemon=True) for name in clients}
        self.findings: list[Finding] = []

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        for thread in self._threads.values():
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.end()

    @property
    def clients(self) -> tuple[str, ...]:
        """The names of the clients that write by themselves."""
        return tuple(self._threads)

    @property
    def seconds(self) -> float:
        """How long it has gone on, or went on until it was ended."""
        return time.monotonic() - self._began if self._length is None else self._length

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All writes as they began; the outcome of those that are under way is unknown."""
        with self._lock:
            return tuple(sorted([*self._done, *self._under_way.values()], key=lambda o: (o.began, o.value)))

    def acknowledged(self, since: float = 0.0) -> dict[str, int]:
        """Count, for each client, the acknowledged writes that it began at *since* (seconds) or later."""
        counted = Counter(o.client for o in self.operations if o.outcome is Outcome.ACKNOWLEDGED and o.began >= since)
        return {client: counted[client] for client in self._threads}

    def attempt(self, client: str) -> None:
        """Make one more write, by a client that does not write by itself; it is of the history as any other.

        Raises:
            Exception: Whatever the write raised.
        """
        if error := self._operate(client):
            raise error

    def note(self, findings: Sequence[Finding]) -> None:
        """Keep what was found to be wrong with it, for its report."""
        self.findings = list(findings)

    def end(self) -> tuple[Operation, ...]:
        """Begin no more writes, wait for those under way, and give all of them; safe to call twice.

        One that does not end is given up: its outcome is unknown.
        """
        self._over.set()
        until = time.monotonic() + _GRACE
        for thread in self._threads.values():
            if thread.is_alive():
                thread.join(max(until - time.monotonic(), 0.0))
        with self._idle:
            self._idle.wait_for(lambda: not self._under_way, timeout=max(until - time.monotonic(), 0.0))
        if self._length is None:
            self._length = self.seconds
        return self.operations

    def _run(self, client: str) -> None:
        due, free = time.monotonic(), threading.Semaphore(_AT_ONCE)
        while not self._over.is_set() and self._numbers[client] < self._most and self.seconds < self._seconds:
            if not free.acquire(timeout=_ANSWER):
                continue
            answered = threading.Event()

            def one(answered: threading.Event = answered) -> None:
                self._operate(client)
                answered.set()
                free.release()

            threading.Thread(target=one, daemon=True).start()
            answered.wait(_ANSWER)
            due = max(due + self._pause, time.monotonic())
            self._over.wait(due - time.monotonic())

    def _operate(self, client: str) -> Exception | None:
        with self._lock:
            self._numbers[client] += 1
            number = self._numbers[client]
            began = self.seconds
            begun = Operation(client, number, f"{client}-{number}", began, began, Outcome.UNKNOWN)
            self._under_way[begun.value] = begun
        outcome, revision, trouble = Outcome.ACKNOWLEDGED, None, None
        try:
            revision = self._write(begun.value)
        except Exception as error:  # noqa: BLE001 - any error is an outcome
            trouble = error
            outcome = Outcome.REFUSED if self._surely_refused(error) else Outcome.UNKNOWN
        ended = time.monotonic() - self._began
        told = f"{type(trouble).__name__}: {trouble}"[:_TOLD] if trouble else ""
        with self._lock:
            del self._under_way[begun.value]
            self._done.append(replace(begun, ended=ended, outcome=outcome, revision=revision, trouble=told))
            self._idle.notify_all()
        return trouble


class StartHistory(Protocol):
    """Starts a history that goes on until the scenario ends."""

    def __call__(
        self, write: Write, *, surely_refused: Callable[[Exception], bool], what: str, rate: float = 5.0
    ) -> History:
        """Have clients write at *rate* a second each; what they write stands, with all of it, in the report."""

"""Live progress: a line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.status import Status
from rich.text import Text

from seatrial.escaping import terminal
from seatrial.masking import MASK


def _shown(text: str) -> str:
    """Return what the console shows of *text*: no escape, no secret, such as the password in a mirror's URL."""
    return terminal(MASK.text(text))


_NOW_AND_THEN = 30.0  # seconds between two lines of a log that differ in their numbers only
_NUMBERS = re.compile(r"\d+(\.\d+)?")


class Progress:
    """Says what is going on.

    Args:
        stream: Where to write; standard error unless told. Colour and motion only on a terminal, and never with
            ``NO_COLOR`` or in CI.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = Console(file=stream or sys.stderr, highlight=False, soft_wrap=True)
        self.live = self._console.is_terminal
        self._lock = threading.RLock()
        self._status: Status | None = None
        self._said = ""
        self._shapes: dict[str, float] = {}

    def line(self, text: str, *, style: str = "") -> None:
        """Write one line that stays."""
        with self._lock:
            self._console.print(_shown(text), style=style, markup=False)

    def now(self, text: str) -> None:
        """Say what is being waited for; on a terminal it replaces what was said, elsewhere a new text is a line."""
        with self._lock:
            if self._status is not None:
                self._status.update(Text(_shown(text)))
            elif not self.live and text != self._said and self._due(text):
                self._console.print(f"    {_shown(text)}", markup=False)
            self._said = text

    def _due(self, text: str) -> bool:
        """Return whether a log needs *text*: what differs from a former line in its numbers only, now and then."""
        shape, now = _NUMBERS.sub("#", text), time.monotonic()
        if now - self._shapes.get(shape, -_NOW_AND_THEN) < _NOW_AND_THEN:
            return False
        self._shapes[shape] = now
        return True

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show *title* while it is done, then a line with its seconds."""
        started = time.monotonic()
        if self.live:
            self._status = self._console.status(Text(_shown(title)))
            self._status.start()
        else:
            self.line(title)
        try:
            yield
        except BaseException:
            self._end(f"✗ {title}", started, "red")
            raise
        self._end(f"✓ {title}", started, "green")

    def _end(self, title: str, started: float, style: str) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        self.line(f"{title}  {time.monotonic() - started:.1f} s", style=style)


class Quiet(Progress):
    """Says nothing."""

    def line(self, text: str, *, style: str = "") -> None:
        """Say nothing."""

    def now(self, text: str) -> None:
        """Say nothing."""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:  # noqa: ARG002 - the same signature
        """Say nothing."""
        yield

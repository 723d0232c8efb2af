"""Telling how the work on one tool goes."""

from __future__ import annotations

import time
from collections.abc import Callable

from provision.toolchain.model import Stage, Tool, ToolProgress

TICK_SECONDS = 1.0

Report = Callable[[ToolProgress], None]


class Work:
    """The work on one tool by one source: knows since when it goes on, and whom to tell."""

    def __init__(self, tool: Tool, report: Report | None) -> None:
        """Start the clock."""
        self.tool = tool
        self._report = report
        self._started = time.monotonic()
        self._last_tick = self._started

    @property
    def seconds(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._started

    def say(self, stage: Stage, detail: str, *, tick: bool = False) -> None:
        """Report one line; with ``tick`` a mere sign of life."""
        self._send(ToolProgress(self.tool.name, self.tool.version, stage, detail, self.seconds, tick=tick))

    def bytes_had(self, detail: str, done: int, total: int | None) -> None:
        """Report how far a download is, once in ``TICK_SECONDS`` at most."""
        now = time.monotonic()
        if now - self._last_tick < TICK_SECONDS:
            return
        self._last_tick = now
        event = ToolProgress(
            self.tool.name, self.tool.version, "downloading", detail, self.seconds, done=done, total=total, tick=True
        )
        self._send(event)

    def _send(self, event: ToolProgress) -> None:
        if self._report:
            self._report(event)

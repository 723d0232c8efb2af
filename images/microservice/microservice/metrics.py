"""The instance's own metrics, sent to InfluxDB in its line protocol."""

from __future__ import annotations

import asyncio
import logging
import urllib.parse
import urllib.request
from dataclasses import dataclass

from microservice.settings import Settings

_LIMIT = 5.0  # seconds for one sending
_SERVER_ERROR = 500

log = logging.getLogger("microservice.metrics")


@dataclass
class Count:
    """What happened since metrics were sent last."""

    count: int = 0
    errors: int = 0
    seconds: float = 0.0
    slowest: float = 0.0


class Metrics:
    """Counts requests, and sends what it has counted at intervals. What cannot be sent is left out, and said once."""

    def __init__(self, settings: Settings) -> None:
        """Set up; nothing is sent yet."""
        self._settings = settings
        self._now = Count()
        self._failing = False

    def add(self, status: int, seconds: float) -> None:
        """Count a request that was answered with *status* after *seconds*."""
        now = self._now
        now.count += 1
        now.errors += status >= _SERVER_ERROR
        now.seconds += seconds
        now.slowest = max(now.slowest, seconds)

    async def send_on(self) -> None:
        """Send at intervals until this is cancelled, and then once more."""
        if not self._settings.influxdb:
            return
        try:
            while True:
                await asyncio.sleep(self._settings.metrics_seconds)
                await self._send()
        finally:
            await asyncio.shield(self._send())

    async def _send(self) -> None:
        counted, self._now = self._now, Count()
        try:
            await asyncio.to_thread(_post, self._settings, line(self._settings, counted))
        except OSError as error:
            if not self._failing:
                log.warning("metrics cannot be sent: %s", error)
            self._failing = True
        else:
            if self._failing:
                log.info("metrics are sent again")
            self._failing = False


def line(settings: Settings, counted: Count) -> str:
    """Write what was counted as a line of InfluxDB's line protocol."""
    tags = "".join(
        f",{name}={_tag(value)}"
        for name, value in (("service", settings.service), ("pod", settings.pod), ("node", settings.node))
        if value
    )
    fields = f"count={counted.count}i,errors={counted.errors}i"
    return f"requests{tags} {fields},seconds={counted.seconds:.6f},slowest={counted.slowest:.6f}"


def _post(settings: Settings, text: str) -> None:
    query = urllib.parse.urlencode({"db": settings.metrics_database})
    url = f"{settings.influxdb}/write?{query}"
    request = urllib.request.Request(url, data=text.encode(), method="POST")  # noqa: S310 - the settings' own address
    with urllib.request.urlopen(request, timeout=_LIMIT):  # noqa: S310
        pass


def _tag(value: str) -> str:
    return "".join(f"\\{char}" if char in ", =" else char for char in value)

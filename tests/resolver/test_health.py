"""The health checks of the resolver, without the resolver."""

from __future__ import annotations

import asyncio
import time

from provision.resolver.health import Check, HealthChecks
from provision.resolver.probers import HttpProber

CHECK = Check("a", "TCP", "192.0.2.1", 80, "/", "", interval=10, threshold=3, inverted=False, disabled=False)


class Slow:
    """Looks that take nearly as long as the interval between them."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.begun: list[float] = []

    async def probe(self, _check: Check) -> bool:
        """Look, and note when that was begun."""
        self.begun.append(time.monotonic())
        await asyncio.sleep(self.seconds)
        return False


def test_a_slow_look_does_not_put_off_the_next() -> None:
    """Looks are begun an interval apart: three that fail slowly are three intervals, not three intervals and looks."""
    prober = Slow(0.9)

    async def run() -> bool:
        board = HealthChecks(prober, scale=0.1)
        board.update({"a": CHECK})
        while len(prober.begun) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        failed = not board.healthy("a")
        board.update({})
        return failed

    assert asyncio.run(run()), "expected three failures in a row to make the check unhealthy"
    assert prober.begun[3] - prober.begun[0] < 3 * (1.0 + 0.9)


def test_a_connection_may_take_a_second_at_least() -> None:
    """The time for a connection is scaled with the intervals, down to what a busy machine needs."""
    assert [HttpProber([], scale)._connect for scale in (1.0, 0.5, 0.1, 0.01)] == [4.0, 2.0, 1.0, 1.0]

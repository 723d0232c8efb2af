"""How fast the AWS API may be called."""

from __future__ import annotations

import threading
import time
from collections import deque


class Pace:
    """Lets at most *calls* calls pass in any *period* seconds; more wait their turn.

    Route53 grants an account five requests a second.
    """

    def __init__(self, calls: int = 5, period: float = 1.0) -> None:
        self._period = period
        self._passed: deque[float] = deque(maxlen=calls)
        self._lock = threading.Lock()

    def take(self) -> None:
        """Return as soon as one more call may be made."""
        with self._lock:
            if len(self._passed) == self._passed.maxlen:
                wait = self._passed[0] + self._period - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
            self._passed.append(time.monotonic())

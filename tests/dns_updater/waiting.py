"""Waiting in tests: until something holds, with a limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(look: Callable[[], T], within: float = 20.0) -> T:
    """Return the first true value that *look* gives *within* so many seconds; fail when there is none."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not (seen := look()):
        assert time.monotonic() < deadline, f"still {seen!r} after {within} s"
        pause.wait(0.01)
    return seen

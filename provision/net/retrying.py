"""Asking an API server again, when the connection to it is lost on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import TypeVar

import httpx2

_T = TypeVar("_T")

_PAUSE = 0.5  # seconds


def connected(call: Callable[[], _T], limit: float) -> _T:
    """Call again what may be done twice while an API server that goes, or is overloaded, drops connections.

    Args:
        call: What is done.
        limit: After how many seconds a lost connection is not tried again; it is once, however long it took to lose it.

    Raises:
        httpx2.TransportError: The last try's, if none got through.
    """
    until = time.monotonic() + limit
    for number in count():
        try:
            return call()
        except httpx2.TransportError:
            if number and time.monotonic() > until:
                raise
        time.sleep(_PAUSE)
    raise AssertionError  # it is counted without end

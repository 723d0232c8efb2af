"""Asking an API server again, when the connection to it is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import httpx2

from seatrial.retrying import retrying

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
    return retrying(call, passing=_lost, within=limit, pause=_PAUSE, least=2)


def _lost(error: Exception) -> bool:
    return isinstance(error, httpx2.TransportError)

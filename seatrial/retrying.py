"""Trying again what may be done twice, while what keeps it from being done is passing."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import TypeVar

_T = TypeVar("_T")


def retrying(
    call: Callable[[], _T], *, passing: Callable[[Exception], bool], within: float, pause: float, least: int = 1
) -> _T:
    """Return what *call* returns, which is made again as long as what it raises is passing.

    Args:
        call: What may be done twice.
        passing: Whether another try may succeed where this was raised.
        within: After how many seconds a try that failed was the last.
        pause: Seconds between two tries.
        least: How many tries are made however long they take.

    Raises:
        Exception: What the last try raised.

    Example:
        >>> answers = iter([ConnectionError(), 42])
        >>> def ask() -> int:
        ...     answer = next(answers)
        ...     if isinstance(answer, Exception):
        ...         raise answer
        ...     return answer
        >>> retrying(ask, passing=lambda error: isinstance(error, ConnectionError), within=5.0, pause=0.0)
        42
    """
    until = time.monotonic() + within
    for number in count(1):
        try:
            return call()
        except Exception as error:
            if not passing(error) or (number >= least and time.monotonic() > until):
                raise
        time.sleep(pause)
    raise AssertionError  # it is counted without end

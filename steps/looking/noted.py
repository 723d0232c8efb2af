"""What one word of a scenario hands on to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seatrial.stream import Stream

Start = Callable[[Callable[[], object], float], Stream]
"""Starts a stream of requests, one every so many seconds, that goes on until the scenario ends."""


@dataclass(frozen=True)
class Note:
    """A note: where it is kept, and what it says."""

    name: str
    text: str

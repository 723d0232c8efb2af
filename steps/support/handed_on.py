"""What one word of a scenario hands on to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from seatrial.checks.traffic import Traffic


class Start(Protocol):
    """Starts traffic that goes on until the scenario ends."""

    def __call__(self, request: Callable[[], object], *, rate: float, at_once: int = 1, what: str = "") -> Traffic:
        """Send *request* at *rate* a second; what it is for, if it is named, is kept with its course for the report."""


@dataclass(frozen=True)
class Note:
    """A note: where it is kept, and what it says."""

    name: str
    text: str

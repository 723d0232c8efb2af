"""What one word of a scenario hands on to the next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """A note: where it is kept, and what it says."""

    name: str
    text: str

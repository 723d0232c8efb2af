"""What a client did and what it was told, and what is found afterwards."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """What a client was told of a write."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Operation:
    """One write of one client.

    Attributes:
        client: Whose it is.
        number: The how manieth of that client's, from one.
        value: What was written; no other write of the history has the same.
        began: When it was begun, in seconds since the history began.
        ended: When its outcome was known, or its client waited no longer: one of unknown outcome may still be done.
        outcome: What its client was told; refused is only what was surely not done.
        revision: The place in the store's own order that it was acknowledged with, where the store tells one.
        trouble: What it was told instead of an acknowledgement.
    """

    client: str
    number: int
    value: str
    began: float
    ended: float
    outcome: Outcome
    revision: int | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Found:
    """A value that is found when a history is read back.

    Attributes:
        value: The value.
        revision: Its place in the order in which the store took what was written, where the store tells one.
    """

    value: str
    revision: int | None = None


@dataclass(frozen=True)
class Reach:
    """How many writes were acknowledged, refused, and of unknown outcome.

    Example:
        >>> print(Reach(3, 1, 0))
        3 writes acknowledged, 1 refused, 0 unknown
    """

    acknowledged: int
    refused: int
    unknown: int

    def __str__(self) -> str:
        return f"{self.acknowledged} writes acknowledged, {self.refused} refused, {self.unknown} unknown"


def reach(operations: Iterable[Operation]) -> Reach:
    """Count *operations* by their outcome."""
    outcomes = [operation.outcome for operation in operations]
    return Reach(*(outcomes.count(outcome) for outcome in Outcome))


def longest_gap(operations: Iterable[Operation], seconds: float) -> float:
    """Return the longest time in *seconds*, counted from the beginning, in which nothing was acknowledged.

    Example:
        >>> longest_gap([Operation("a", 1, "a-1", 0.5, 1.0, Outcome.ACKNOWLEDGED)], 4.0)
        3.0
    """
    at = sorted(o.ended for o in operations if o.outcome is Outcome.ACKNOWLEDGED and o.ended <= seconds)
    return max(after - before for before, after in zip([0.0, *at], [*at, seconds], strict=True))

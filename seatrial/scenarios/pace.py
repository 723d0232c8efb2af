"""How long scenarios take to hold: what they wait for, apart from what they do and from what they watch for a while."""

from __future__ import annotations

from collections.abc import Iterable

from seatrial.scenarios.verdict import StepTaken


def to_hold(steps: Iterable[StepTaken]) -> float:
    """Return the seconds for which *steps* waited until what they asked for held; 0 where they waited for nothing."""
    return sum(look.seconds for step in steps for look in step.looks if look.mode == "eventually" and look.held)

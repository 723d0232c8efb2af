"""Which scenarios take longer to hold than they did, by more than two runs of the same differ anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.report.text import duration
from seatrial.scenarios.pace import to_hold
from seatrial.scenarios.results import told_steps
from seatrial.scenarios.verdict import HOLDS, StepTaken

_FACTOR, _SECONDS = 2.0, 2.0
"""Longer is what takes more than so many times as long, and so many seconds more: both, since what holds at once
differs by a multiple of itself from run to run, and what waits for a recovery by seconds. Of the 151 scenarios that
held in two runs of this project's own on `local` none is, whichever of both comes first: the largest differences were
3.9 s (from 4.9 s) and a factor of 3.6 (from 0.4 s), on a machine that was busy with other things."""
_DETAILS = 3


@dataclass(frozen=True)
class Longer:
    """A scenario that takes longer, for a person.

    Attributes:
        before: How long it took to hold.
        after: How long it takes.
        steps: The steps that take longer by the most, a line each.
    """

    before: str
    after: str
    steps: tuple[str, ...]


def compare(earlier: dict[str, Any], later: dict[str, Any]) -> Longer | None:
    """Return by how much a scenario takes longer to hold than it did; nothing where that is noise.

    What does not hold has taken no time to, and what has other steps waits for something else.

    Args:
        earlier: What an older run says of it, as ``verdict.json`` has it.
        later: What a newer one says.
    """
    old, new = (told_steps(scenario["steps"]) for scenario in (earlier, later))
    if earlier["verdict"] not in HOLDS or later["verdict"] not in HOLDS or _texts(old) != _texts(new):
        return None
    before, after = to_hold(old), to_hold(new)
    if after <= _FACTOR * before or after <= before + _SECONDS:
        return None
    grown = sorted(zip(old, new, strict=True), key=lambda both: to_hold([both[0]]) - to_hold([both[1]]))
    return Longer(duration(before), duration(after), tuple(_told(*both) for both in grown[:_DETAILS] if _grows(*both)))


def _grows(old: StepTaken, new: StepTaken) -> bool:
    return to_hold([new]) > to_hold([old])


def _told(old: StepTaken, new: StepTaken) -> str:
    times = [duration(to_hold([step])) for step in (new, old)]
    return f"{new.keyword} {new.text}: {times[0]}, and took {times[1]}"


def _texts(steps: Sequence[StepTaken]) -> list[str]:
    return [step.text for step in steps]

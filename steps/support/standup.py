"""How a standup goes when it is run again."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatrial.checks.expectations import Rows
from seatrial.checks.limits import TIME
from seatrial.errors import SeatrialError, StandupError
from steps.support.actuators import StandupRunner
from steps.support.instruments import Belongings

LITTLE = 0.004
"""Patience so small that a gate of minutes is given up after a second or two."""


@dataclass(frozen=True)
class Run:
    """How a standup went: how many things it changed, or why it failed, as its user reads it; what was there before."""

    changed: int
    error: str = ""
    before: Rows = field(default_factory=dict)


def ours(belongings: Belongings) -> Rows:
    """Return all that is ours but what kops keeps in the bucket: at each run it writes the time into that."""
    return {name: row for name, row in belongings.found().items() if not name.startswith("objects ")}


def again(runner: StandupRunner, patience: float) -> Run:
    """Run the standup again, every gate's limit scaled by *patience*."""
    usual = TIME.patience
    TIME.patience = usual * patience
    try:
        return Run(runner.again())
    except StandupError as error:
        return Run(0, str(error))
    finally:
        TIME.patience = usual


def raised(runner: StandupRunner, minors: int) -> Run:
    """Run the standup with Kubernetes so many minor versions later."""
    try:
        return Run(runner.raised(minors))
    except SeatrialError as error:
        return Run(0, str(error))

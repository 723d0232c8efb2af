"""``--hold-on-failure``: the platform stays as it is at a failing step until somebody has looked, or for so long."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import pytest

from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.scenarios.collection import ScenarioItem
from seatrial.scenarios.session import TRIAL

_POLL_SECONDS = 0.2


def see_that_it_can(config: pytest.Config) -> None:
    """See that a hold makes sense here.

    Raises:
        pytest.UsageError: If it does not: several processes have no terminal to ask on, and no order to wait in.
    """
    seconds = config.getoption("seatrial_hold")
    if seconds is None:
        return
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--hold-on-failure: one process only can be held; leave -n out")
    if not 0 < seconds < float("inf"):
        raise pytest.UsageError(f"--hold-on-failure {seconds:g}: expected a number of seconds above 0")


def hold(item: ScenarioItem, message: str) -> None:
    """Wait, nothing being undone, until Enter is pressed or the limit is over; at once where nobody has asked for it.

    Args:
        item: The scenario that fails.
        message: Where, and how.
    """
    seconds: float | None = item.config.getoption("seatrial_hold")
    if seconds is None:
        return
    with _terminal(item.config) as said:
        lines = [message, "", *_how_to_look(item), "", f"held: Enter undoes it, else it is undone after {seconds:g} s"]
        print(terminal(MASK.text("\n".join(["", *lines]))), file=said, flush=True)
        pressed = _pressed(seconds)
        print("undoing: Enter was pressed" if pressed else "undoing: the limit is over", file=said, flush=True)


def _how_to_look(item: ScenarioItem) -> Iterator[str]:
    trial = item.config.stash[TRIAL]
    yield f"the platform {trial.team} on {trial.target} stays as it is"
    yield from (f"  {line}" for line in trial.way_in())
    disturbed = trial.journal("").outstanding()
    yield "what is disturbed: " + ("nothing" if not disturbed else "")
    yield from (f"  {entry.fault}" for entry in disturbed)


def _pressed(seconds: float) -> bool:
    """Return whether Enter was pressed within so many seconds; who has closed the input cannot press it."""
    until = time.monotonic() + seconds
    listens = sys.__stdin__ is not None and os.isatty(0)
    while (left := until - time.monotonic()) > 0:
        pause = min(_POLL_SECONDS, left)
        if not listens:
            time.sleep(pause)
        elif select.select([0], [], [], pause)[0]:
            if os.read(0, 1024):
                return True
            listens = False
    return False


@contextmanager
def _terminal(config: pytest.Config) -> Iterator[TextIO]:
    """Have the terminal as it was before pytest has taken it, its input included."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield sys.stdout
        return
    capture.suspend(in_=True)
    try:
        yield sys.stdout
    finally:
        capture.resume()

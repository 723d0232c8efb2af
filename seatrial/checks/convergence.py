"""Waiting without sleeping: `eventually` something holds, or it `always` does.

What a watch has brought is confirmed before an expectation is taken to hold, at every look of `always`, at the last
look of `eventually`, and now and then before: a look at what cannot be confirmed to be fresh is a look that failed.

A look that touched only watched observers is followed by the next one as soon as a watch brings a change.
What has no watch (DNS, AWS, HTTP) is polled with backoff.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from seatrial.checks.expectations import Expectation, Judgement, Mismatch
from seatrial.checks.limits import TIME
from seatrial.checks.looks import Look, objects, shown
from seatrial.checks.observer import RECORDER, NotProvableError
from seatrial.errors import StaleError, UsageError

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.05, 1.0, 1.5  # seconds, seconds, factor
_ROUNDS = 5  # of looking again, since there was something newer than what was seen
_QUIET = 1.0  # seconds without a watch event before looking all the same


class Pulse:
    """Wakes up whoever waits, each time that any watch brings a change."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._beats = 0

    def beat(self) -> None:
        """Say that something has changed."""
        with self._condition:
            self._beats += 1
            self._condition.notify_all()

    @property
    def beats(self) -> int:
        """How many changes there have been."""
        return self._beats

    def wait(self, since: int, seconds: float) -> None:
        """Wait until there has been a change after the beat *since*, at most *seconds*."""
        with self._condition:
            self._condition.wait_for(lambda: self._beats != since, timeout=max(seconds, 0.0))


PULSE = Pulse()
"""The pulse of this process; every observer with a watch beats it."""


@dataclass(eq=False)  # errors are told apart by identity, and stay hashable
class UnmetError(AssertionError):
    """An expectation did not come to hold, or did not stay.

    Attributes:
        mismatches: Each mismatch of the last look.
        as_expected: How many other objects were as expected.
        seconds: How long it was looked at.
        looks: How many times.
        trouble: The error of the last look, if it could not be made.
        unseen: Whether not a single look could be made.
        broke_after: How long it had held (seconds), where it was to hold all the time.

    Example:
        >>> try:
        ...     eventually(lambda: 2, equal_to(3, "replicas"), within=0)
        ... except UnmetError as error:
        ...     print(error.mismatches[0])
        Mismatch(subject='replicas', expected='3', seen='2')
    """

    mismatches: tuple[Mismatch, ...]
    as_expected: int
    seconds: float
    looks: int
    trouble: str = ""
    broke_after: float | None = None
    unseen: bool = False

    def __str__(self) -> str:
        lines = [self.trouble] if self.trouble else []
        for number, miss in enumerate(self.mismatches):
            lines.append(f"expected   {miss.subject}  {miss.expected}")
            lines.append(f"last seen  {miss.subject}  {miss.seen}" + (self._looked() if number == 0 else ""))
        if self.trouble and not self.mismatches:
            lines[0] += self._looked()
        if self.as_expected:
            lines.append(f"{self.as_expected} other{'s' * (self.as_expected > 1)} as expected.")
        return "\n".join(lines)

    def _looked(self) -> str:
        looks = f"{self.looks} look{'s' * (self.looks > 1)}"
        if self.broke_after is not None:
            return f"    held for {self.broke_after:.1f} s, then broke, {looks}"
        return f"    for {self.seconds:.1f} s, {looks}"


def eventually(observe: Callable[[], T], expectation: Expectation[T], *, within: float, times: int = 1) -> T:
    """Look until *expectation* holds, and give back what was seen then.

    Args:
        observe: Makes one look. An exception counts as a look that failed, and is shown if it was the last.
        expectation: Judges what was seen.
        within: The limit in seconds.
        times: How many looks in a row it must hold for, where something may flap.

    Raises:
        UnmetError: If it does not hold in time.

    Example:
        >>> eventually(lambda: {"msvc1": {"ready": True}}, every("services", ready=True), within=5)
        {'msvc1': {'ready': True}}
    """
    if RECORDER.still:
        within, times = 0.0, 1  # nothing changes by waiting
    started, looks, held, pause, saw = time.monotonic(), 0, 0, _FIRST_PAUSE, False
    confirmed = started
    while True:
        beat, now = PULSE.beats, time.monotonic()
        due = now - confirmed >= TIME.fresh or now - started >= within
        confirmed = now if due else confirmed
        seen, judgement, trouble = _look(observe, expectation, confirmed=due)
        looks += 1
        saw = saw or bool(seen)
        held = held + 1 if judgement.holds and not trouble else 0
        elapsed = time.monotonic() - started
        if held >= times:
            RECORDER.saw(_summed(seen, judgement, looks, elapsed, within, "eventually"))
            return seen[0]
        if elapsed >= within:
            RECORDER.saw(_summed(seen, judgement, looks, elapsed, within, "eventually", trouble))
            raise UnmetError(judgement.mismatches, judgement.as_expected, elapsed, looks, trouble, unseen=not saw)
        pause = _pause(beat, pause, within - elapsed)


def always(observe: Callable[[], T], expectation: Expectation[T], *, during: float) -> None:
    """Look for *during* seconds, and require that *expectation* holds at every look.

    Raises:
        UnmetError: At the first look at which it does not.

    Example:
        >>> always(lambda: {}, none("leftovers"), during=0.01)
    """
    started, looks, pause = time.monotonic(), 0, _FIRST_PAUSE
    RECORDER.new_window()
    while True:
        beat = PULSE.beats
        seen, judgement, trouble = _look(observe, expectation, confirmed=True, lasting=True)
        looks += 1
        elapsed = time.monotonic() - started
        if trouble or not judgement.holds:
            RECORDER.saw(_summed(seen, judgement, looks, elapsed, during, "always", trouble))
            missed = looks == 1 and not seen
            raise UnmetError(
                judgement.mismatches, judgement.as_expected, elapsed, looks, trouble, broke_after=elapsed, unseen=missed
            )
        if RECORDER.still:
            raise NotProvableError(f"it held then; that it stays so cannot be seen: {RECORDER.still}")
        if elapsed >= during:
            RECORDER.saw(_summed(seen, judgement, looks, elapsed, during, "always"))
            return
        pause = min(_pause(beat, pause, during - elapsed), 0.2)


def _look(
    observe: Callable[[], T], expectation: Expectation[T], *, confirmed: bool = False, lasting: bool = False
) -> tuple[list[T], Judgement, str]:
    """Make one look; it is confirmed to be fresh if it holds, or in any case if it is to be *confirmed*.

    Where something is to hold all the time (*lasting*), what broke it counts even if it is over by now.
    """
    RECORDER.new_look()
    for _ in range(_ROUNDS):
        try:
            with RECORDER.looking():
                observed = observe()
        except (NotProvableError, UsageError):  # waiting changes nothing of either
            raise
        except Exception as error:  # noqa: BLE001 - whatever keeps a look from being made is shown if it stays
            return [], Judgement(), f"could not look: {type(error).__name__}: {error}"
        judgement = expectation(observed)
        counts = not judgement.holds and (not confirmed or (lasting and RECORDER.saw_within))
        try:
            if counts or not RECORDER.confirm():
                return [observed], judgement, ""
        except StaleError as error:
            return [observed], judgement, f"could not look: {error}"
    return [observed], judgement, f"could not look: what was asked for changed {_ROUNDS} times as it was confirmed"


def _summed(
    seen: list[T], judgement: Judgement, looks: int, seconds: float, limit: float, mode: str, trouble: str = ""
) -> Look:
    """Sum a convergence up for the report."""
    wrong = [[m.subject, m.expected, m.seen] for m in judgement.mismatches]
    wrong += [["", "to look", trouble]] * bool(trouble)
    observed, table = shown(seen[0]) if seen else ([], [])
    return Look(
        observed=observed,
        table=table,
        objects=objects(seen[0]) if seen else [],
        mismatches=wrong,
        as_expected=judgement.as_expected,
        held=not wrong,
        looks=looks,
        seconds=round(seconds, 3),
        limit=limit,
        mode=mode,
    )


def _pause(beat: int, pause: float, left: float) -> float:
    if RECORDER.woken_by_watch:
        PULSE.wait(beat, min(_QUIET, left))
        return pause
    time.sleep(min(pause, max(left, 0.0)))
    return min(pause * _GROWTH, _LONGEST_PAUSE)

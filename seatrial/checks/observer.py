"""What every observer has in common: a name, a fidelity, and a recorder that notes each look."""

from __future__ import annotations

import enum
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from seatrial.checks.looks import DECLARED, OBSERVED, Look, happening
from seatrial.checks.noting import ASKED, READING, noted

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Instrument")


class Fidelity(enum.IntEnum):
    """How true to the real platform an observation is; the weakest comes first.

    Example:
        >>> print(min(Fidelity.REAL, Fidelity.SIMULATED))
        simulated
    """

    ABSENT = 0
    SIMULATED = 1
    REAL = 2

    def __str__(self) -> str:
        return self.name.lower()


_MOST = 1000
MORE = "…"
"""Stands for questions that were not kept."""


@dataclass(eq=False)
class Recorder:
    """Notes which observers a scenario's steps touched, each with the weakest fidelity that it reported.

    Attributes:
        touched: Each of them, with its fidelity.
        happened: What was done to the platform.
        questions: Everything that was asked, by looks that were followed by others too; `MORE` stands for the rest.
        still: Why nothing of what is looked at will ever change, so that waiting for it tells nothing; else nothing.
    """

    touched: dict[str, Fidelity] = field(default_factory=dict)
    happened: list[dict[str, object]] = field(default_factory=list)
    questions: dict[str, None] = field(default_factory=dict)
    still: str = ""
    _look: set[bool] = field(default_factory=set)
    _observed: bool = False  # whether the look being made saw how something is, and not only how it should be
    _asked: dict[str, None] = field(default_factory=dict)
    _looks: list[Look] = field(default_factory=list)
    _looker: int | None = None  # the thread whose look is being made
    _rests: dict[Observer, dict[Hashable, int]] = field(default_factory=dict)
    _confirmed: set[tuple[Observer, Hashable]] = field(default_factory=set)
    _within: set[tuple[Observer, Hashable]] = field(default_factory=set)  # confirmed since the window began

    def note(
        self, observer: str, fidelity: Fidelity, *, watched: bool, asked: str = "", declared: bool = False
    ) -> None:
        """Note one look at *observer*.

        Args:
            observer: Its name.
            fidelity: How true what it says is.
            watched: Whether a watch wakes up whoever waits for a change.
            asked: What it was asked, as a report shows it.
            declared: Whether it says how something should be, and not how it is.
        """
        self.touched[observer] = min(fidelity, self.touched.get(observer, Fidelity.REAL))
        self._look.add(watched)
        self._observed |= not declared
        if asked:
            self._asked[asked] = None
            self.questions[asked if len(self.questions) < _MOST else MORE] = None

    def new_window(self) -> None:
        """Begin a time within which something has to hold at every look."""
        self._within.clear()

    def observe(self) -> None:
        """Note that the look being made saw how something is."""
        self._observed = True

    def new_look(self) -> None:
        """Begin a look of a convergence."""
        self._look.clear()
        self._observed = False
        self._asked.clear()
        self._rests.clear()
        self._confirmed.clear()

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Within it, what this thread reads from a cache is confirmed afterwards, by `confirm`."""
        outer, self._looker = self._looker, threading.get_ident()
        try:
            yield
        finally:
            self._looker = outer

    def rests_on(self, observer: Observer, question: Hashable, changes: int) -> bool:
        """Note that the look being made rests on what *observer* has kept; say whether it will be confirmed.

        Args:
            observer: Keeps what a watch brings.
            question: What it was asked, in its own terms.
            changes: How often what it keeps had changed until then.
        """
        if self._looker != threading.get_ident():
            return False
        if (observer, question) not in self._confirmed:
            self._rests.setdefault(observer, {}).setdefault(question, changes)
        return True

    @property
    def saw_within(self) -> bool:
        """Whether all that the look rests on was confirmed since the window began: what it saw is no older."""
        return all(
            (observer, question) in self._within for observer, asked in self._rests.items() for question in asked
        )

    def confirm(self) -> bool:
        """Have every observer confirm what the look rests on; say whether there is anything newer than was seen.

        What was confirmed once within a look is not asked again: it is as fresh as the look.

        Raises:
            StaleError: If something cannot be confirmed.
        """
        rests, self._rests = self._rests, {}
        moved = [observer.confirm(asked) for observer, asked in rests.items()]
        asked_of = {(observer, question) for observer, asked in rests.items() for question in asked}
        self._confirmed |= asked_of
        self._within |= asked_of
        return any(moved)

    def saw(self, look: Look) -> None:
        """Note how a convergence ended, for the step that waited for it."""
        look.asked, look.basis = list(self._asked), self._basis
        self._asked.clear()
        self._looks.append(look)

    def take_looks(self) -> list[Look]:
        """Return what was noted since this was last asked, and begin anew: what the step just taken has looked at."""
        if self._asked:  # read without waiting for anything
            self._looks.append(Look(asked=list(self._asked), basis=self._basis, held=True))
        taken, self._looks, self._observed = self._looks, [], False
        self._asked.clear()
        return taken

    @property
    def _basis(self) -> str:
        return "" if not self._asked else OBSERVED if self._observed else DECLARED

    def happen(self, kind: str, what: object) -> None:
        """Note that something was done to the platform just now: ``done``, or ``undone``."""
        self.happened.append(happening(time.time(), kind, what))

    @property
    def woken_by_watch(self) -> bool:
        """Whether everything touched since the look began has a watch, so that waiting needs no polling."""
        return self._look == {True}

    def clear(self) -> None:
        """Forget everything, before the next scenario."""
        self.touched.clear()
        self.happened.clear()
        self.questions.clear()
        self.new_look()
        self._looks.clear()

    @property
    def weakest(self) -> Fidelity:
        """The weakest fidelity that was touched; real when nothing was."""
        return min(self.touched.values(), default=Fidelity.REAL)


RECORDER = Recorder()
"""The recorder of this process: one scenario runs at a time in each."""


class Instrument:
    """What words work with at one part of the platform; every use of it is noted, with how true that part is.

    Args:
        name: The part, as it stands in a report: ``cluster``, ``etcd``, ``aws``, ``dns``.
        fidelity: How true it is on this target.
        recorder: Where uses are noted; this process's own unless told.
    """

    watched = False
    """Whether a watch feeds it, so that a convergence is woken up by changes and need not poll."""

    def __init__(self, name: str, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        self.name = name
        self.fidelity = fidelity
        self.recorder = RECORDER if recorder is None else recorder

    def touch(
        self, part: str | None = None, fidelity: Fidelity | None = None, *, asked: str = "", declared: bool = False
    ) -> None:
        """Note a look at this instrument's part of the platform, or at a *part* of that with a fidelity of its own.

        Args:
            part: The part; the whole unless told.
            fidelity: How true that part is; as true as the whole unless told.
            asked: What it was asked, where no declared method asks: a word that reads past the observer says it.
            declared: Whether it says how something should be, and not how it is.
        """
        name = self.name if part is None else f"{self.name}: {part}"
        weight = self.fidelity if fidelity is None else fidelity
        question_put = ASKED.get() or (f"{self.name}: {asked}" if asked else self.name)
        self.recorder.note(name, weight, watched=self.watched, asked=question_put, declared=declared)


class Observer(Instrument):
    """An instrument that only reads; what acts is an `Actuator` (``seatrial.checks.actuator``).

    Every public method of a subclass is declared by `reading`, which notes the look.

    Example:
        >>> class Clock(Observer):
        ...     @reading
        ...     def hour(self) -> int:
        ...         return 12
        >>> Clock("clock", Fidelity.REAL).hour()
        12
    """

    def confirm(self, asked: Mapping[Hashable, int]) -> bool:  # noqa: ARG002 - what is always fresh has nothing to do
        """See that what was *asked* of it was answered by nothing stale; say whether there is anything newer.

        An observer that keeps what a watch brings calls `Recorder.rests_on` at each reading, and overrides this.

        Raises:
            StaleError: If that cannot be seen.
        """
        return False

    def evidence(self) -> object:
        """Return what is worth keeping when a step fails, as plain data without secrets; nothing unless overridden."""
        return None


def reading(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Declare a method of an observer a reading: each call of it is noted as a look, with what was asked.

    Returns:
        The method, which touches its observer first; `kind_of` knows it.

    Example:
        >>> class Shelf(Observer):
        ...     @reading
        ...     def books(self) -> list[str]:
        ...         return ["one"]
        >>> Shelf("shelf", Fidelity.SIMULATED).books()
        ['one']
    """
    return noted(method, kind=READING)


def reading_of_settings(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Declare a reading of what somebody has set, which says how something should be and not how it is.

    A word that rests on nothing else has to claim no more: see `seatrial.declaration`.

    Example:
        >>> class Shelf(Observer):
        ...     @reading_of_settings
        ...     def label(self) -> str:
        ...         return "cookery"
        >>> Shelf("shelf", Fidelity.SIMULATED).label()
        'cookery'
    """
    return noted(method, kind=READING, declared=True)


def reading_of_part(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Declare a reading that knows best which part of its observer it looks at: it calls `Observer.touch` itself."""
    return noted(method, kind=READING, by_part=True)


@dataclass(frozen=True)
class Absent:
    """Stands where a target lacks an observer.

    Attributes:
        name: The observer that is lacking.
        reason: Why, in words that follow "not provable here:".

    Example:
        >>> Absent("http", "no HTTP through the ingress: nodes are simulated").reason
        'no HTTP through the ingress: nodes are simulated'
    """

    name: str
    reason: str


class NotProvableError(Exception):
    """Raised when a scenario needs what this target lacks; its text is the reason.

    Example:
        >>> raise NotProvableError("image grafana cannot be had")
        Traceback (most recent call last):
        seatrial.checks.observer.NotProvableError: image grafana cannot be had
    """

"""What every observer has in common: a name, a fidelity, and a recorder that notes each look."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Fidelity(enum.IntEnum):
    """How true to the real platform an observation is; the weakest comes first."""

    ABSENT = 0
    SIMULATED = 1
    REAL = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass
class Recorder:
    """Notes which observers a scenario's steps touched, each with the weakest fidelity that it reported."""

    touched: dict[str, Fidelity] = field(default_factory=dict)
    _look: set[bool] = field(default_factory=set)

    def note(self, observer: str, fidelity: Fidelity, *, watched: bool) -> None:
        """Note one look at *observer*; *watched* says whether a watch wakes up whoever waits for a change."""
        self.touched[observer] = min(fidelity, self.touched.get(observer, Fidelity.REAL))
        self._look.add(watched)

    def new_look(self) -> None:
        """Begin a look of a convergence."""
        self._look.clear()

    @property
    def woken_by_watch(self) -> bool:
        """Whether everything touched since the look began has a watch, so that waiting needs no polling."""
        return self._look == {True}

    def clear(self) -> None:
        """Forget everything, before the next scenario."""
        self.touched.clear()
        self._look.clear()

    @property
    def weakest(self) -> Fidelity:
        """The weakest fidelity that was touched; real when nothing was."""
        return min(self.touched.values(), default=Fidelity.REAL)


RECORDER = Recorder()
"""The recorder of this process: one scenario runs at a time in each."""


class Observer:
    """An instrument that only reads.

    Args:
        name: What it reads, as it stands in a report: ``cluster``, ``etcd``, ``aws``, ``dns``.
        fidelity: How true its readings are on this target.
        recorder: Where looks are noted; this process's own unless told.

    Every public reading method of a subclass calls `touch` first.
    """

    watched = False
    """Whether a watch feeds it, so that a convergence is woken up by changes and need not poll."""

    def __init__(self, name: str, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        self.name = name
        self.fidelity = fidelity
        self.recorder = RECORDER if recorder is None else recorder

    def evidence(self) -> object:
        """Give what is worth keeping when a step fails, as plain data without secrets; nothing unless overridden."""
        return None

    def touch(self, part: str | None = None, fidelity: Fidelity | None = None) -> None:
        """Note a look at this observer, or at a *part* of it that has a fidelity of its own."""
        name = self.name if part is None else f"{self.name}: {part}"
        self.recorder.note(name, self.fidelity if fidelity is None else fidelity, watched=self.watched)


@dataclass(frozen=True)
class Absent:
    """Stands where a target lacks an observer.

    Attributes:
        name: The observer that is lacking.
        reason: Why, in words that follow "not provable here:".
    """

    name: str
    reason: str


class NotProvableError(Exception):
    """Raised when a scenario needs what this target lacks; its text is the reason."""

"""What every actuator has in common: it acts on one part of the platform, and each deed is noted beside the looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from seatrial.checks.noting import ACTING, noted
from seatrial.checks.observer import Instrument

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="Actuator")


class Actuator(Instrument):
    """An instrument that acts on the platform, as a client of it would.

    Each public method of a subclass is declared by `acting`: what a step did stands in the report beside what it saw,
    and a deed at a part of the platform that is simulated makes the scenario simulated.

    Args:
        name: What it acts on, as it stands in a report: the name of that part's observer.
        fidelity: How true that part is on this target.
        recorder: Where deeds are noted; this process's own unless told.

    Example:
        >>> from seatrial.checks.observer import Fidelity
        >>> class Winder(Actuator):
        ...     @acting
        ...     def wind(self) -> str:
        ...         return "wound"
        >>> Winder("clock", Fidelity.REAL).wind()
        'wound'
    """


def acting(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Declare what an actuator does to the platform: each call of it is noted, with what was done.

    Example:
        >>> from seatrial.checks.observer import Fidelity, Recorder
        >>> class Bell(Actuator):
        ...     @acting
        ...     def ring(self, times: int) -> None:
        ...         pass
        >>> bell = Bell("bell", Fidelity.REAL, Recorder())
        >>> bell.ring(3)
        >>> bell.recorder.take_looks()[0].asked
        ['bell.ring(3)']
    """
    return noted(method, kind=ACTING)

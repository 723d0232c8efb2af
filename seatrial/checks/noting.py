"""How a method of an instrument is declared, so that each call of it is noted with what was asked or done."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from seatrial.checks.looks import question


class Touched(Protocol):
    """What notes that it was used."""

    name: str

    def touch(self, *, declared: bool = False) -> None:
        """Note that it was used, for what `ASKED` says; it may say how something should be, and not how it is."""


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Touched)

READING, ACTING = "reading", "acting"

ASKED: ContextVar[str] = ContextVar("asked", default="")
"""The question that a reading in progress puts: the outermost, where one reading is made of others."""


def noted(
    method: Callable[Concatenate[S, P], R], *, kind: str, by_part: bool = False, declared: bool = False
) -> Callable[Concatenate[S, P], R]:
    """Have each call of an instrument's *method* noted.

    Args:
        method: The method.
        kind: What it is declared as; `kind_of` knows it.
        by_part: Whether it knows best which part it is about, and touches it itself.
        declared: Whether it says how something should be, and not how it is.
    """
    signature = inspect.signature(method)

    @functools.wraps(method)
    def used(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if ASKED.get():  # part of another reading, whose question it is
            if not by_part:
                self.touch(declared=declared)
            return method(self, *args, **kwargs)
        given: dict[str, Any] = dict(signature.bind(self, *args, **kwargs).arguments)
        token = ASKED.set(question(self.name, method.__name__, list(given.items())[1:]))
        try:
            if not by_part:
                self.touch(declared=declared)
            return method(self, *args, **kwargs)
        finally:
            ASKED.reset(token)

    used.seatrial_kind = kind  # type: ignore[attr-defined]
    return used


def kind_of(method: object) -> str:
    """Return what *method* was declared as: `READING`, `ACTING`, or nothing."""
    return getattr(method, "seatrial_kind", "")

"""What words claim: how the platform behaves, which has to be observed, or only how it is set."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

from seatrial.checks.looks import DECLARED
from seatrial.scenarios.bdd import Definition
from seatrial.scenarios.verdict import StepTaken

F = TypeVar("F", bound=Callable[..., object])

_DECLARATION = "seatrial_declaration"


def declaration(word: F) -> F:
    """Declare that a word claims no more than how something is set, and that its sentence says so.

    Every other word of a Then claims behaviour: a scenario in which it has read nothing but settings is not provable.

    Returns:
        The word, to stand beneath ``@then``.

    Example:
        >>> @declaration
        ... def words() -> None: ...
        >>> words.seatrial_declaration
        True
    """
    setattr(word, _DECLARATION, True)
    return word


def declares(word: Definition) -> bool:
    """Return whether a word claims no more than how something is set."""
    return bool(getattr(inspect.unwrap(word.step_func), _DECLARATION, False))


def overclaimed(word: Definition, step: StepTaken) -> str:
    """Say why *step* claims more than it has seen; nothing when it does not."""
    if declares(word):
        return ""
    bases = {look.basis for look in step.looks} - {""}
    if bases != {DECLARED}:
        return ""
    asked = ", ".join(dict.fromkeys(question for look in step.looks for question in look.asked))
    return (
        f"line {step.line}: {step.keyword} {step.text}: only what was declared was looked at, not how it is ({asked}); "
        "let its word read what shows that, or say what is set and mark the word with @declaration"
    )

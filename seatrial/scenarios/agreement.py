"""What words state of the specification: a value in a feature is held against the one that the platform is built by."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from seatrial.provisioning.contract import Agreed
from seatrial.scenarios.bdd import Definition, Step

F = TypeVar("F", bound=Callable[..., object])

_STATES = "seatrial_states"


def states(**values: str) -> Callable[[F], F]:
    """Declare which arguments of a word state a value that is agreed elsewhere, so that `seatrial lint` compares them.

    Args:
        values: For each argument the name of the value, as the provisioning's `agreed()` has it; it may hold other
            arguments in braces. What is agreed as a list is one of it.

    Returns:
        A decorator, to stand beneath ``@given``, ``@when`` or ``@then``.

    Example:
        >>> @states(count="{role}s.count")
        ... def words(role: str, count: int) -> None: ...
        >>> words.seatrial_states
        {'count': '{role}s.count'}
    """

    def declare(word: F) -> F:
        setattr(word, _STATES, values)
        return word

    return declare


def stated(word: object) -> dict[str, str]:
    """Return the names of the values that a word states, by its arguments."""
    found: dict[str, str] = getattr(word, _STATES, {})
    return found


def contradictions(word: Definition, step: Step, agreed: Mapping[str, Agreed]) -> list[str]:
    """Say where a step states what was agreed otherwise; each names the place where it was."""
    arguments: dict[str, Any] = word.parser.parse_arguments(step.name) or {}
    found = []
    for argument, name in stated(inspect.unwrap(word.step_func)).items():
        filled, said = name.format(**arguments), str(arguments.get(argument))
        known = agreed.get(filled)
        if known is not None and not known.allows(said):
            found.append(f"says {said}, where {filled} is {known} in {known.where}; one of both is out of date")
    return found

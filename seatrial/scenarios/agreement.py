"""What words state of the specification: a value in a feature is held against the one that the platform is built by."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from seatrial.provisioning.contract import Agreed
from seatrial.scenarios.bdd import Definition, Step

F = TypeVar("F", bound=Callable[..., object])

_STATES = "seatrial_states"
_TABLE = "datatable"
_QUOTED = re.compile(r'"([^"]+)"')


def states(**values: str) -> Callable[[F], F]:
    """Declare which arguments of a word state a value that is agreed elsewhere, so that `seatrial lint` compares them.

    Args:
        values: For each argument the name of the value, as the provisioning's `agreed()` has it; it may hold other
            arguments in braces. What is agreed as a list is one of it, or several in quotes; of a ``datatable`` the
            first column has to have all of it, and may have more.

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
        filled = name.format(**arguments)
        if (known := agreed.get(filled)) is None:
            continue
        says = _missing(step, known) if argument == _TABLE else _otherwise(str(arguments.get(argument)), known)
        if says:
            found.append(f"{says}, where {filled} is {known} in {known.where}; one of both is out of date")
    return found


def _otherwise(said: str, known: Agreed) -> str:
    other = [one for one in _QUOTED.findall(said) or [said] if not known.allows(one)]
    return f"says {', '.join(other)}" if other else ""


def _missing(step: Step, known: Agreed) -> str:
    column = [row.cells[0].value for row in step.datatable.rows[1:]] if step.datatable else []
    missing = [value for value in known.values() if value not in column]
    return f"its table lacks {', '.join(missing)}" if missing else ""

"""What a step has looked at, for a report: what was asked, what was observed, and how long it took to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from seatrial.masking import MASK

_LINES, _LINE, _ARGUMENT, _OBJECTS = 12, 240, 60, 400  # how much of an observation a report keeps

OBSERVED, DECLARED = "observed", "declared"
"""What a look rests on: how something is, or only how it should be, as its object, its rule or its file says."""


@dataclass
class Look:
    """The end of one convergence, or a reading that waited for nothing.

    Attributes:
        asked: Each question put to an observer at the last look.
        basis: `OBSERVED`, `DECLARED`, or nothing where no observer was asked.
        observed: What was seen then, a line for each object; a last line says how many more there were.
        table: What was seen then, where it is rows of one kind: their fields' names, then each one's values.
        objects: The name of everything that was seen.
        mismatches: Subject, expected and seen of all that was not as expected.
        as_expected: How many objects were as expected.
        held: Whether it ended as expected.
        looks: How often it was looked.
        seconds: How long it took until it held, or how long it was watched.
        limit: The seconds that it had, or that it was to hold for.
        mode: ``eventually``, ``always``, or nothing where nothing was waited for.
    """

    asked: list[str] = field(default_factory=list)
    basis: str = ""
    observed: list[str] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    mismatches: list[list[str]] = field(default_factory=list)
    as_expected: int = 0
    held: bool = False
    looks: int = 1
    seconds: float = 0.0
    limit: float = 0.0
    mode: str = ""


def question(observer: str, reading: str, arguments: Iterable[tuple[str, object]]) -> str:
    """Write a reading as the question that it is: ``cluster.all(Pod, namespace=dns)``.

    Args:
        observer: The observer's name.
        reading: The name of its reading method.
        arguments: The name and the value of each argument that was given; those that are None say nothing.
    """
    given = [(name, value) for name, value in arguments if value is not None]
    shown_as = [_argument(value) if n == 0 else f"{name}={_argument(value)}" for n, (name, value) in enumerate(given)]
    return f"{observer}.{reading}({', '.join(shown_as)})"


def shown(observed: object) -> tuple[list[str], list[list[str]]]:
    """Write an observation as lines, or as a table where it is rows of one kind; only the first few are kept."""
    found = list(_lines(observed))
    more = [f"… and {len(found) - _LINES} more"] if len(found) > _LINES else []
    if table := _table(observed):
        return more, table[: _LINES + 1]
    return [_cut(line, _LINE) for line in found[:_LINES]] + more, []


def objects(observed: object) -> list[str]:
    """Name the objects of an observation."""
    if isinstance(observed, Mapping):
        return [str(name) for name in observed][:_OBJECTS]
    if isinstance(observed, list | tuple | set | frozenset):
        return [_name(item) for item in observed][:_OBJECTS]
    return []


def happening(at: float, kind: str, what: object) -> dict[str, object]:
    """Make one entry of a scenario's timeline."""
    return {"at": round(at, 3), "kind": kind, "what": str(what)}


def _table(observed: object) -> list[list[str]]:
    if not isinstance(observed, Mapping) or not observed:
        return []
    rows = list(observed.items())
    if not all(isinstance(row, Mapping) and row and list(row) == list(rows[0][1]) for _, row in rows):
        return []
    heads = [str(key).replace("_", " ") for key in rows[0][1]]
    cells = ([str(name), *(_cut(_named(key, v), _LINE) for key, v in row.items())] for name, row in rows)
    return [["", *heads], *cells]


def _lines(observed: object) -> Iterable[str]:
    if isinstance(observed, Mapping):
        for name, row in observed.items():
            yield f"{name}  {_row(row)}".rstrip()
    elif isinstance(observed, list | tuple | set | frozenset):
        for item in observed:
            yield _name(item) if hasattr(item, "metadata") else _value(item)
    elif observed is not None:
        yield _value(observed)


def _row(row: object) -> str:
    if isinstance(row, Mapping):
        return "  ".join(f"{str(key).replace('_', ' ')} {_named(key, value)}" for key, value in row.items())
    return _value(row)


def _named(name: object, value: object) -> str:
    """Return a field's value, which is hidden where its name says that it is a secret."""
    return MASK.field(str(name), _value(value))


def _value(value: object) -> str:  # noqa: PLR0911 - a line for each kind of value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, set | frozenset | list | tuple):
        parts = [_value(v) for v in value]
        return " ".join(sorted(parts) if isinstance(value, set | frozenset) else parts) or "nothing"
    if hasattr(value, "metadata"):
        return _name(value)
    if is_dataclass(value) and not isinstance(value, type) and type(value).__str__ is object.__str__:
        return "  ".join(f"{f.name.replace('_', ' ')} {_named(f.name, getattr(value, f.name))}" for f in fields(value))
    plain = type(value).__repr__ is not object.__repr__ or type(value).__str__ is not object.__str__
    return str(value) if plain else type(value).__name__


def _name(item: Any) -> str:
    meta = getattr(item, "metadata", None)
    if meta is None:
        return str(getattr(item, "name", None) or getattr(item, "id", None) or _cut(str(item), _ARGUMENT))
    return f"{type(item).__name__} {meta.namespace or ''}/{meta.name}".replace(" /", " ")


def _argument(value: object) -> str:
    return _cut(value.__name__ if isinstance(value, type) else _value(value), _ARGUMENT)


def _cut(text: str, length: int) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= length else text[: length - 1] + "…"

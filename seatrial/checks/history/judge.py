"""Whether what is found is what a history of writes must have left.

Three rules, each known from Jepsen (``jepsen.checker`` of jepsen-io/jepsen):

- Of a set (``checker/set``): what was acknowledged is there, and nothing is there that nobody tried to write. Sharper
  than that one, a write that was refused counts as not tried, and each value is there once. A write of unknown outcome
  may be there or not.
- Of a register's order: a write that was acknowledged before another began comes before it in the store's own order
  (the real-time order of linearizability, Herlihy and Wing 1990); so do a client's own, each of which it began once the
  last one was acknowledged. One of unknown outcome may be done at any time after it began, and is held to that.
- Of copies: every member that keeps one has the same.

All times are of one clock: the clients are threads of one process.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seatrial.checks.history.operations import Found, Operation, Outcome


class Kind(enum.StrEnum):
    """What is wrong with a value."""

    LOST = "lost"
    INVENTED = "written by nobody"
    REFUSED = "refused, and yet there"
    TWICE = "there more than once"
    AGAIN = "written again"
    ORDER = "out of order"
    APART = "not alike everywhere"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: What it is.
        value: The value that it is about.
        says: What was to be expected and what was found, in a few words.
    """

    kind: Kind
    value: str
    says: str


def judge(operations: Sequence[Operation], found: Iterable[Found]) -> list[Finding]:
    """Return everything that is wrong with what was *found* after *operations*.

    Args:
        operations: All writes of the history.
        found: All values that are there now.
    """
    there: dict[str, list[Found]] = {}
    for one in found:
        there.setdefault(one.value, []).append(one)
    return [*_of_set(operations, there), *_of_order(operations, there)]


def apart(found: Iterable[Found], copies: Mapping[str, Iterable[Found]]) -> list[Finding]:
    """Return every value that a copy has otherwise than it was *found* by clients.

    Args:
        found: What clients are shown.
        copies: What each member that keeps a copy has, by its name.
    """
    shown = Counter(found)
    return [
        Finding(Kind.APART, one.value, f"{member} {how} {_placed(one)}")
        for member, its in copies.items()
        for how, differing in (("lacks", shown - Counter(its)), ("alone has", Counter(its) - shown))
        for one in differing
    ]


def _of_set(operations: Sequence[Operation], there: Mapping[str, Sequence[Found]]) -> Iterator[Finding]:
    written = {operation.value: operation for operation in operations}
    for value, places in there.items():
        operation = written.get(value)
        if operation is None:
            yield Finding(Kind.INVENTED, value, f"found{_at(places[0].revision)}, though no client wrote it")
        elif operation.outcome is Outcome.REFUSED:
            yield Finding(Kind.REFUSED, value, f"found{_at(places[0].revision)}, though it was {_told(operation)}")
        if len(places) > 1:
            yield Finding(Kind.TWICE, value, f"found {len(places)} times, though it was written once")
    for operation in operations:
        if operation.outcome is not Outcome.ACKNOWLEDGED:
            continue
        places = there.get(operation.value, [])
        if not places:
            yield Finding(Kind.LOST, operation.value, f"not found, though it was {_told(operation)}")
        elif _moved(operation, places):
            yield Finding(Kind.AGAIN, operation.value, f"found{_at(places[0].revision)}; it was {_told(operation)}")


def _of_order(operations: Sequence[Operation], there: Mapping[str, Sequence[Found]]) -> Iterator[Finding]:
    """Sweep over the writes as they began, beside those that were acknowledged by then."""
    placed = [_Placed(o, r) for o in operations if (r := _place(o, there)) is not None]
    acknowledged = sorted((p for p in placed if p.is_acknowledged), key=lambda p: p.operation.ended)
    latest: _Placed | None = None  # in the store's order, of those that were acknowledged by then
    passed = 0
    for one in sorted(placed, key=lambda p: p.operation.began):
        operation = one.operation
        while passed < len(acknowledged) and acknowledged[passed].operation.ended < operation.began:
            latest = max(latest or acknowledged[passed], acknowledged[passed], key=lambda p: p.revision)
            passed += 1
        if latest and latest.revision >= one.revision:
            said = f"found{_at(one.revision)}, not after {latest.operation.value}{_at(latest.revision)}"
            yield Finding(Kind.ORDER, operation.value, f"{said}, which was acknowledged before this one was begun")


@dataclass(frozen=True)
class _Placed:
    """A write with its place in the store's order."""

    operation: Operation
    revision: int

    @property
    def is_acknowledged(self) -> bool:
        return self.operation.outcome is Outcome.ACKNOWLEDGED


def _place(operation: Operation, there: Mapping[str, Sequence[Found]]) -> int | None:
    """Return the place of a write in the store's order, if any: as it was acknowledged, or else as it is found."""
    if operation.outcome is Outcome.REFUSED or operation.revision is not None:
        return operation.revision
    places = [one.revision for one in there.get(operation.value, ()) if one.revision is not None]
    return min(places, default=None)


def _moved(operation: Operation, places: Sequence[Found]) -> bool:
    known = [one.revision for one in places if one.revision is not None]
    return operation.revision is not None and bool(known) and operation.revision not in known


def _told(operation: Operation) -> str:
    return f"{operation.outcome} {operation.ended:.1f} s after the beginning{_at(operation.revision)}"


def _placed(found: Found) -> str:
    return f"it{_at(found.revision)}"


def _at(revision: int | None) -> str:
    return "" if revision is None else f" at revision {revision}"

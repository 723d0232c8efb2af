"""What is expected of an observation: functions from what was seen to what is wrong with it.

An observation that expectations of rows judge is a mapping from a name to that object's fields. An expectation gives
back every mismatch and only the mismatches; none means that it holds. Nothing observed is never as expected, unless
`none` is what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from seatrial.masking import MASK

T_contra = TypeVar("T_contra", contravariant=True)
Rows = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Mismatch:
    """One thing that is not as expected: the object's name, what was expected of it, and what was seen."""

    subject: str
    expected: str
    seen: str


@dataclass(frozen=True)
class Judgement:
    """Every mismatch of one look, and how many objects were as expected."""

    mismatches: tuple[Mismatch, ...] = ()
    as_expected: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.mismatches


class Expectation(Protocol[T_contra]):
    """Judges one observation."""

    def __call__(self, observed: T_contra, /) -> Judgement:
        """Return every mismatch of *observed*."""


def show(value: object) -> str:
    """Write a field's value as it stands in a failure message: collections sorted, booleans in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, set | frozenset):
        return " ".join(sorted(show(v) for v in value)) or "nothing"
    if isinstance(value, list | tuple):
        return " ".join(show(v) for v in value) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}={show(v)}" for k, v in sorted(value.items())) or "nothing"
    return str(value)


@dataclass(frozen=True)
class Matcher:
    """A field's expectation that is not a plain value: *text* says it, *test* decides it.

    Example:
        >>> even = Matcher("an even number", lambda seen: seen % 2 == 0)
        >>> every("services", port=even)({"msvc1": {"port": 80}}).holds
        True
    """

    text: str
    test: Callable[[Any], bool] = field(compare=False)


def at_least(least: float) -> Matcher:
    """Expect a number of *least* or more.

    Example:
        >>> every("services", replicas=at_least(2))({"msvc1": {"replicas": 1}}).mismatches[0].expected
        'replicas at least 2'
    """
    return Matcher(f"at least {least:g}", lambda seen: seen is not None and seen >= least)


def at_most(most: float) -> Matcher:
    """Expect a number of *most* or less.

    Example:
        >>> every("clocks", off_by=at_most(1))({"node": {"off_by": 2}}).mismatches[0].expected
        'off by at most 1'
    """
    return Matcher(f"at most {most:g}", lambda seen: seen is not None and seen <= most)


def one_of(*values: object) -> Matcher:
    """Expect one of *values*.

    Example:
        >>> every("pods", phase=one_of("Pending", "Running"))({"msvc1-0": {"phase": "Running"}}).holds
        True
    """
    return Matcher("one of " + show(list(values)), lambda seen: seen in values)


def covering(wanted: Collection[object]) -> Matcher:
    """Expect a collection that has at least everything in *wanted*; nothing wanted is never as expected.

    Example:
        >>> every("names", zones=covering({"a"}))({"msvc1": {"zones": ["a", "b"]}}).holds
        True
    """
    if not wanted:
        return Matcher("at least something, yet nothing was named to compare with", lambda _: False)
    return Matcher("at least " + show(set(wanted)), lambda seen: set(wanted) <= set(seen or ()))


def not_equal(unwanted: object) -> Matcher:
    """Expect anything but *unwanted*.

    Example:
        >>> every("pods", phase=not_equal("Failed"))({"msvc1-0": {"phase": "Failed"}}).holds
        False
    """
    return Matcher(f"not {show(unwanted)}", lambda seen: seen != unwanted)


def equal_to(expected: object, what: str = "value") -> Expectation[object]:
    """Expect one value, named *what* in the message; *expected* may be a `Matcher`.

    Example:
        >>> equal_to(3, "replicas")(2).mismatches
        (Mismatch(subject='replicas', expected='3', seen='2'),)
    """

    def judge(observed: object) -> Judgement:
        if _fits(expected, observed):
            return Judgement(as_expected=1)
        return Judgement((Mismatch(what, _text(expected), show(observed)),))

    return judge


def every(what: str, least: int = 1, **fields: object) -> Expectation[Rows]:
    """Expect *fields* of every row, and at least *least* rows; *what* names the rows in the plural.

    Raises:
        ValueError: If *least* is below 1: no row at all is never as expected.

    Example:
        >>> every("nodes", least=2, ready=True)({"node-1": {"ready": True}}).mismatches[0]
        Mismatch(subject='nodes', expected='at least 2', seen='1: node-1')
    """
    if least < 1:
        raise ValueError(f"every(least={least}): expected 1 or more; `none` expects no row")

    def judge(observed: Rows) -> Judgement:
        wrong = [m for name, row in sorted(observed.items()) if (m := _compare(name, fields, row))]
        if len(observed) < least:
            wrong.insert(0, Mismatch(what, f"at least {least}", _names(observed)))
        return Judgement(tuple(wrong), len(observed) - sum(m.subject in observed for m in wrong))

    return judge


def some(what: str, **fields: object) -> Expectation[Rows]:
    """Expect *fields* of at least one row; a failure shows the row that came nearest.

    Example:
        >>> some("pods", ready=True)({"msvc1-0": {"ready": False}, "msvc1-1": {"ready": True}}).holds
        True
    """

    def judge(observed: Rows) -> Judgement:
        misses = {name: _compare(name, fields, row) for name, row in sorted(observed.items())}
        if any(miss is None for miss in misses.values()):
            return Judgement(as_expected=1)
        if not misses:
            return Judgement((Mismatch(what, _line(fields), "none at all"),))
        nearest = min(misses, key=lambda name: sum(not _fits(v, observed[name].get(k)) for k, v in fields.items()))
        return Judgement((Mismatch(f"{what}, nearest: {nearest}", _line(fields), _line(observed[nearest], fields)),))

    return judge


def rows(what: str, expected: Rows, *, exactly: bool = True) -> Expectation[Rows]:
    """Expect each row of *expected* by its name with its fields, and, if *exactly*, no other row.

    Example:
        >>> rows("zones", {"a": {}})({"a": {}, "b": {}}).mismatches[0]
        Mismatch(subject='b', expected='not among the zones', seen='there')
    """

    def judge(observed: Rows) -> Judgement:
        wrong = []
        if not expected:
            wrong.append(Mismatch(what, "at least one to be expected", "nothing to compare with"))
        for name, fields in sorted(expected.items()):
            row = observed.get(name)
            if row is None:
                wrong.append(Mismatch(name, _line(fields) or "to be there", f"missing among {len(observed)} {what}"))
            elif miss := _compare(name, fields, row):
                wrong.append(miss)
        right = len(expected) - len(wrong)
        if exactly:
            wrong += [
                Mismatch(name, f"not among the {what}", _line(row) or "there")
                for name, row in sorted(observed.items())
                if name not in expected
            ]
        return Judgement(tuple(wrong), max(right, 0))

    return judge


def none(what: str) -> Expectation[Rows]:
    """Expect no row at all.

    Example:
        >>> none("leftovers")({"vol-1": {"state": "available"}}).mismatches[0]
        Mismatch(subject='vol-1', expected='no leftovers', seen='state available')
    """

    def judge(observed: Rows) -> Judgement:
        return Judgement(tuple(Mismatch(n, f"no {what}", _line(row) or "there") for n, row in sorted(observed.items())))

    return judge


def holds(text: str, test: Callable[[Any], bool], what: str = "value") -> Expectation[Any]:
    """Expect that *test* is true of the observation; *text* says so in words.

    Example:
        >>> holds("below a second", lambda seconds: seconds < 1, "answer time")(0.2).holds
        True
    """
    return equal_to(Matcher(text, test), what)


def _fits(expected: object, seen: object) -> bool:
    return expected.test(seen) if isinstance(expected, Matcher) else expected == seen


def _text(expected: object) -> str:
    return expected.text if isinstance(expected, Matcher) else show(expected)


def _compare(name: str, fields: Mapping[str, object], row: Mapping[str, object]) -> Mismatch | None:
    wrong = {key: value for key, value in fields.items() if not _fits(value, row.get(key))}
    return Mismatch(name, _line(wrong), _line(row, wrong)) if wrong else None


def _line(fields: Mapping[str, object], only: Collection[str] | None = None) -> str:
    keys = list(fields) if only is None else list(only)
    return "  ".join(f"{key.replace('_', ' ')} {MASK.field(key, _text(fields.get(key)))}" for key in keys)


def _names(observed: Collection[str]) -> str:
    return f"{len(observed)}: {' '.join(sorted(observed))}" if observed else "none at all"

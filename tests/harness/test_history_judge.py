"""The judge of histories accepts whatever a correct store may have left, and names every kind of corruption."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as any_of

from seatrial.checks.history import Finding, Found, Kind, Operation, Outcome, apart, judge, longest_gap, reach

SETTINGS = settings(deadline=None, max_examples=200)
ACKNOWLEDGED, REFUSED, UNKNOWN = Outcome.ACKNOWLEDGED, Outcome.REFUSED, Outcome.UNKNOWN


@dataclass(frozen=True)
class Past:
    """What clients did and were told, and what a correct store holds afterwards."""

    operations: list[Operation]
    found: list[Found]

    def of(self, *outcomes: Outcome) -> list[Operation]:
        """Return the writes with one of these outcomes."""
        return [operation for operation in self.operations if operation.outcome in outcomes]

    def place(self, operation: Operation) -> int | None:
        """Return where a write is found."""
        return next((found.revision for found in self.found if found.value == operation.value), None)


@any_of.composite
def pasts(draw: any_of.DrawFn, *, tells: bool | None = None) -> Past:
    """Draw a history of a store that does each write at one moment between its beginning and its end, or later.

    Args:
        draw: Draws.
        tells: Whether the store tells its order with each acknowledgement; either unless told.
    """
    told = draw(any_of.booleans()) if tells is None else tells
    operations, moments = [], {}
    for client in "abc"[: draw(any_of.integers(1, 3))]:
        clock = 0
        for number in range(1, draw(any_of.integers(1, 8)) + 1):
            began = clock + draw(any_of.integers(0, 3))
            clock = began + draw(any_of.integers(0, 6))
            outcome = draw(any_of.sampled_from([ACKNOWLEDGED, ACKNOWLEDGED, REFUSED, UNKNOWN]))
            one = Operation(client, number, f"{client}-{number}", began, clock, outcome)
            operations.append(one)
            late = 10 if outcome is UNKNOWN else 0
            if outcome is ACKNOWLEDGED or (outcome is UNKNOWN and draw(any_of.booleans())):
                moments[one.value] = (draw(any_of.integers(began, clock + late)), number)
    revisions, revision = {}, 100
    for value in sorted(moments, key=lambda value: moments[value]):
        revision += draw(any_of.integers(1, 3))
        revisions[value] = revision
    if told:
        operations = [
            replace(one, revision=revisions[one.value]) if one.outcome is ACKNOWLEDGED else one for one in operations
        ]
    return Past(operations, draw(any_of.permutations([Found(value, at) for value, at in revisions.items()])))


def kinds(findings: list[Finding]) -> set[tuple[Kind, str]]:
    """Return what was found of which value."""
    return {(finding.kind, finding.value) for finding in findings}


@SETTINGS
@given(pasts())
def test_whatever_a_correct_store_leaves_is_accepted(past: Past) -> None:
    """However writes interleave, and whichever of unknown outcome were done, nothing is wrong."""
    assert [] == judge(past.operations, past.found)


@SETTINGS
@given(pasts())
def test_a_store_without_an_order_is_judged_as_a_set(past: Past) -> None:
    """Where the store tells no order at all, none is asked for."""
    operations = [replace(one, revision=None) for one in past.operations]
    assert [] == judge(operations, [Found(one.value) for one in past.found])


@SETTINGS
@given(pasts(), any_of.data())
def test_a_lost_write_is_named(past: Past, data: any_of.DataObject) -> None:
    """What was acknowledged and is not there is lost; nothing else is said."""
    assume(past.of(ACKNOWLEDGED))
    lost = data.draw(any_of.sampled_from(past.of(ACKNOWLEDGED)))
    left = [found for found in past.found if found.value != lost.value]
    assert {(Kind.LOST, lost.value)} == kinds(judge(past.operations, left))


@SETTINGS
@given(pasts(), any_of.integers(0, 200))
def test_an_invented_write_is_named(past: Past, at: int) -> None:
    """What is there and was never written by a client is nobody's, wherever it stands."""
    found = [*past.found, Found("a-99", at)]
    assert {(Kind.INVENTED, "a-99")} == kinds(judge(past.operations, found))


@SETTINGS
@given(pasts(), any_of.data())
def test_a_refused_write_that_is_there_is_named(past: Past, data: any_of.DataObject) -> None:
    """What was surely not done must not be there, wherever it stands."""
    assume(past.of(REFUSED))
    one = data.draw(any_of.sampled_from(past.of(REFUSED)))
    found = [*past.found, Found(one.value, data.draw(any_of.sampled_from([0, 999])))]
    assert {(Kind.REFUSED, one.value)} == kinds(judge(past.operations, found))


@SETTINGS
@given(pasts(), any_of.data())
def test_a_write_that_is_there_twice_is_named(past: Past, data: any_of.DataObject) -> None:
    """Each value was written once."""
    assume(past.found)
    one = data.draw(any_of.sampled_from(past.found))
    assert {(Kind.TWICE, one.value)} == kinds(judge(past.operations, [*past.found, Found(one.value, 999)]))


@SETTINGS
@given(pasts(tells=True), any_of.data())
def test_a_write_that_was_made_again_is_named(past: Past, data: any_of.DataObject) -> None:
    """What stands at another place than it was acknowledged with was removed and put back, or written over."""
    assume(past.of(ACKNOWLEDGED))
    one = data.draw(any_of.sampled_from(past.of(ACKNOWLEDGED)))
    found = [Found(f.value, 999) if f.value == one.value else f for f in past.found]
    assert {(Kind.AGAIN, one.value)} == kinds(judge(past.operations, found))


@SETTINGS
@given(pasts(tells=False), any_of.data())
def test_a_swapped_order_is_named(past: Past, data: any_of.DataObject) -> None:
    """What was acknowledged before another began must not stand after it; other kinds are not blamed."""
    done = [one for one in past.of(ACKNOWLEDGED, UNKNOWN) if past.place(one) is not None]
    pairs = [(a, b) for a in past.of(ACKNOWLEDGED) for b in done if a.ended < b.began]
    assume(pairs)
    a, b = data.draw(any_of.sampled_from(pairs))
    swapped = {a.value: past.place(b), b.value: past.place(a)}
    found = [Found(f.value, swapped.get(f.value, f.revision)) for f in past.found]
    findings = judge(past.operations, found)
    assert (Kind.ORDER, b.value) in kinds(findings)
    assert {Kind.ORDER} == {finding.kind for finding in findings}


@SETTINGS
@given(pasts(), any_of.data())
def test_copies_that_differ_are_named(past: Past, data: any_of.DataObject) -> None:
    """A member that lacks something, has more, or has it at another place is named with it; the others are not."""
    assume(past.found)
    one = data.draw(any_of.sampled_from(past.found))
    without = [found for found in past.found if found != one]
    assert [] == apart(past.found, {"etcd-1": past.found, "etcd-2": past.found[::-1]})
    (lacking,) = apart(past.found, {"etcd-1": past.found, "etcd-2": without})
    assert (Kind.APART, one.value, True) == (lacking.kind, lacking.value, "etcd-2 lacks it" in lacking.says)
    (beside,) = apart(without, {"etcd-1": past.found, "etcd-2": without})
    assert (Kind.APART, one.value, True) == (beside.kind, beside.value, "etcd-1 alone has it" in beside.says)
    moved = apart(past.found, {"etcd-1": [*without, replace(one, revision=999)]})
    assert {(Kind.APART, one.value)} == kinds(moved)


def test_what_a_finding_says() -> None:
    """Each says what was to be expected, what was found, and when."""
    operations = [
        Operation("a", 1, "a-1", 0.1, 0.2, ACKNOWLEDGED, 7),
        Operation("a", 2, "a-2", 0.3, 0.4, ACKNOWLEDGED, 6),
        Operation("b", 1, "b-1", 0.5, 0.6, REFUSED),
    ]
    assert [
        "found at revision 9, though no client wrote it",
        "found at revision 8, though it was refused 0.6 s after the beginning",
        "not found, though it was acknowledged 0.2 s after the beginning at revision 7",
        "found at revision 6, not after a-1 at revision 7, which was acknowledged before this one was begun",
    ] == [one.says for one in judge(operations, [Found("z", 9), Found("a-2", 6), Found("b-1", 8)])]


def test_two_writes_at_one_place() -> None:
    """One that was begun once another was acknowledged stands after it, and not beside it."""
    operations = [Operation("a", 1, "a-1", 0.1, 0.2, ACKNOWLEDGED), Operation("b", 1, "b-1", 0.3, 0.4, UNKNOWN)]
    assert {(Kind.ORDER, "b-1")} == kinds(judge(operations, [Found("a-1", 7), Found("b-1", 7)]))


def test_sums() -> None:
    """Writes are counted by their outcome, and the longest time without an acknowledgement is known."""
    operations = [
        Operation("a", 1, "a-1", 0.0, 1.0, ACKNOWLEDGED),
        Operation("a", 2, "a-2", 1.0, 4.0, UNKNOWN),
        Operation("a", 3, "a-3", 4.0, 6.0, ACKNOWLEDGED),
    ]
    assert "2 writes acknowledged, 0 refused, 1 unknown" == str(reach(operations))
    assert 5.0 == longest_gap(operations, 7.0)
    assert 6.0 == longest_gap(operations, 12.0)


@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_nothing_was_ever_acknowledged(seconds: float) -> None:
    """Then the whole time is a gap."""
    assert seconds == longest_gap([], seconds)

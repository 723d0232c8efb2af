"""Clients of a history write at their own pace, within bounds, and note honestly what they were told."""

from __future__ import annotations

import json
import threading
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from seatrial.checks.history import Finding, History, Kind, Outcome, clients, keep, reach


class RefusedError(Exception):
    """Surely not done."""


class Silent:
    """A store that answers nobody until it is free; it notes when four wait."""

    def __init__(self) -> None:
        self.free, self.four, self._turn = threading.Event(), threading.Event(), count(1)

    def write(self, _value: str) -> int:
        """Give each write its place in the order in which they came."""
        number = next(self._turn)
        if number == 4:
            self.four.set()
        assert self.free.wait(30)
        return number


def surely_refused(error: Exception) -> bool:
    return isinstance(error, RefusedError)


def test_every_outcome_is_noted() -> None:
    """An acknowledgement has its place; an error is a refusal only where that is sure."""
    turn, enough = count(1), threading.Event()

    def write(value: str) -> int:
        number = next(turn)
        if number == 4:
            enough.set()
        if number in (2, 3):
            raise RefusedError if number == 2 else TimeoutError("no answer")
        return number + 100

    with History(write, surely_refused=surely_refused, clients=["a"], rate=1000) as history:
        assert enough.wait(30)
    told = [(o.value, o.outcome, o.revision, o.trouble) for o in history.operations[:4]]
    assert [
        ("a-1", Outcome.ACKNOWLEDGED, 101, ""),
        ("a-2", Outcome.REFUSED, None, "RefusedError: "),
        ("a-3", Outcome.UNKNOWN, None, "TimeoutError: no answer"),
        ("a-4", Outcome.ACKNOWLEDGED, 104, ""),
    ] == told
    assert all(0 <= o.began <= o.ended <= history.seconds for o in history.operations)
    assert 1 == history.acknowledged(since=history.operations[3].began)["a"] - len(history.operations[4:])


def test_clients_write_at_once_and_each_in_turn() -> None:
    """One that waits holds no other up, and begins nothing before its own last write has ended."""
    stuck, others, at_work = threading.Event(), threading.Event(), Counter[str]()

    def write(value: str) -> None:
        client, _, number = value.partition("-")
        at_work[client] += 1
        assert at_work[client] == 1
        if value == "a-1":
            assert stuck.wait(30)
        elif number == "5":
            others.set()
        at_work[client] -= 1

    with History(write, surely_refused=surely_refused, clients=["a", "b"], rate=500) as history:
        assert others.wait(30)
        (waiting,) = [o for o in history.operations if o.client == "a"]
        assert Outcome.UNKNOWN is waiting.outcome
        stuck.set()
    assert {Outcome.ACKNOWLEDGED} == {o.outcome for o in history.operations}
    assert len(history.operations) == len({o.value for o in history.operations})


def test_who_is_not_answered_writes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many writes of one client wait at once, and no more; what is answered late is noted as it was answered."""
    monkeypatch.setattr(clients, "_ANSWER", 0.01)
    store = Silent()
    with History(store.write, surely_refused=surely_refused, clients=["a"], rate=1000) as history:
        assert store.four.wait(30)
        history._over.wait(0.1)
        assert [Outcome.UNKNOWN] * 4 == [o.outcome for o in history.operations]
        store.free.set()
        told = history.end()
    assert [("a-1", 1), ("a-2", 2), ("a-3", 3), ("a-4", 4)] == [(o.value, o.revision) for o in told[:4]]
    assert told[1].began < told[0].ended


@pytest.mark.parametrize("limit", [{"most": 3}, {"seconds": 0.1}])
def test_it_ends_at_its_limit(limit: dict[str, float]) -> None:
    """No more is written than agreed, and not for longer, though nobody has ended it."""
    with History(lambda _: None, surely_refused=surely_refused, clients=["a"], rate=50, **limit) as history:  # type: ignore[arg-type]
        for thread in history._threads.values():
            thread.join(30)
            assert not thread.is_alive()
        assert 1 <= len(history.operations) <= 6
        assert "most" not in limit or 3 == len(history.operations)


def test_what_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end is not waited for without a bound; what is still under way is of unknown outcome."""
    monkeypatch.setattr(clients, "_GRACE", 0.05)
    begun, free = threading.Event(), threading.Event()

    def write(value: str) -> None:
        begun.set()
        free.wait(30)

    with History(write, surely_refused=surely_refused, clients=["a"]) as history:
        assert begun.wait(30)
        assert "0 writes acknowledged, 0 refused, 1 unknown" == str(reach(history.end()))
        free.set()


def test_what_is_under_way_at_the_end_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written after the end, by those either whose clients had written on."""
    monkeypatch.setattr(clients, "_ANSWER", 0.01)
    store = Silent()
    with History(store.write, surely_refused=surely_refused, clients=["a"], rate=1000) as history:
        assert store.four.wait(30)
        threading.Timer(0.3, store.free.set).start()
        assert {Outcome.ACKNOWLEDGED} == {one.outcome for one in history.end()}


def test_one_more_write_is_of_the_history() -> None:
    """Who makes a write of his own hears what became of it, and it is noted as any other."""

    def write(value: str) -> None:
        raise TimeoutError(value)

    with History(write, surely_refused=surely_refused, clients=[]) as history, pytest.raises(TimeoutError, match="x-1"):
        history.attempt("x")
    assert [("x-1", Outcome.UNKNOWN)] == [(o.value, o.outcome) for o in history.operations]


def test_it_is_kept(tmp_path: Path) -> None:
    """The file for a report has every write and everything that was found to be wrong."""
    with History(lambda _: 7, surely_refused=surely_refused, clients=[]) as history:
        history.attempt("x")
    history.note([Finding(Kind.LOST, "x-1", "not found")])
    keep(history, tmp_path / "evidence" / "writes-1.json", "numbered notes")
    kept = json.loads((tmp_path / "evidence" / "writes-1.json").read_text())
    assert ("numbered notes", [{"kind": "lost", "value": "x-1", "says": "not found"}]) == (
        kept["writes"],
        kept["findings"],
    )
    (operation,) = kept["operations"]
    assert ("x", 1, "x-1", "acknowledged", 7) == tuple(
        operation[key] for key in ("client", "number", "value", "outcome", "revision")
    )

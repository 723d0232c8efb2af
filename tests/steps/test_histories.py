"""Histories are read back from the API and from each member, and what is wrong is told by what was written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.checks.expectations import Rows
from seatrial.checks.history import Finding, History, Kind
from steps.support import documents, histories
from steps.support.documents import Documents

FOLDER = "/registry/configmaps/default/"
STREAM = "note-1"


class Etcd:
    """Members that have notes, by the name of the member; three of them are known."""

    def __init__(self, copies: dict[str, dict[str, int]]) -> None:
        self._copies = copies

    def copies(self, folder: str) -> dict[str, dict[str, int]]:
        """Return what each member has."""
        assert f"{FOLDER}{STREAM}-" == folder
        return {member: {folder + value: at for value, at in its.items()} for member, its in self._copies.items()}

    def status(self) -> list[Any]:
        """Return three members that vote."""
        members = [SimpleNamespace(name=f"etcd-{n}", id=str(n), learner=False) for n in (1, 2, 3)]
        return [SimpleNamespace(member=member, healthy=True, leader="1", error="") for member in members]


@pytest.fixture
def history() -> History:
    """Two notes, which the store has taken at the revisions 5 and 6."""
    turn = iter([5, 6])
    made = History(lambda _: next(turn), surely_refused=lambda _: False, clients=[])
    made.attempt("a")
    made.attempt("a")
    return made


def note(value: str, revision: int, text: str | None = None) -> Any:
    metadata = SimpleNamespace(name=f"{STREAM}-{value}", resourceVersion=str(revision))
    return SimpleNamespace(metadata=metadata, data={"text": value if text is None else text})


def unlike(history: History, *copies: dict[str, int]) -> Rows:
    notes: Any = [note("a-1", 5), note("a-2", 6)]
    etcd: Any = Etcd({f"etcd-{n}": its for n, its in enumerate(copies, start=1)})
    return histories.unlike(history, notes, etcd, STREAM)


def test_notes_as_they_were_written(history: History) -> None:
    """There is nothing to tell."""
    assert {} == histories.judged(history, [note("a-2", 6), note("a-1", 5)])
    assert [] == history.findings


def test_a_note_that_says_something_else(history: History) -> None:
    """Its text counts, not its name: what it said is lost, and what it says is there twice."""
    told = histories.judged(history, [note("a-1", 5), note("a-2", 9, "a-1")])
    assert {"a-1", "a-2"} == set(told)
    assert "there more than once: found 2 times" in str(told["a-1"]["is"])
    assert str(told["a-2"]["is"]).startswith("lost: not found, though it was acknowledged")
    assert {Kind.LOST, Kind.TWICE} == {finding.kind for finding in history.findings}


def test_members_that_are_alike(history: History) -> None:
    """One that does not answer is not needed, as long as a majority does."""
    assert {} == unlike(history, {"a-1": 5, "a-2": 6}, {"a-1": 5, "a-2": 6})


def test_a_member_that_has_it_otherwise(history: History) -> None:
    """It is named, with what it lacks."""
    told = unlike(history, {"a-1": 5, "a-2": 6}, {"a-1": 5})
    assert {"a-2": {"is": "not alike everywhere: etcd-2 lacks it at revision 6"}} == told


def test_too_few_members_answer(history: History) -> None:
    """What a minority says is not enough."""
    assert {"members of etcd": {"answer": 1, "needed": 2}} == unlike(history, {"a-1": 5, "a-2": 6})


def test_much_that_is_wrong_is_summed(history: History) -> None:
    """A failure names some, and says how many more there are; the report has all."""
    findings = [Finding(Kind.LOST, f"a-{n}", "not found") for n in range(40)]
    told = histories.told(history, findings)
    assert (13, {"more of them": 28}) == (len(told), told["…"])
    assert 40 == len(history.findings)


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        ({"mongodb-0": [("a-1", 5)]}, {}),
        (
            {"mongodb-0": [("a-1", 5)], "mongodb-1": []},
            {"a-1": "not alike everywhere: mongodb-1 lacks it at revision 5"},
        ),
        ({}, {"members of the database": 0}),
    ],
)
def test_documents_of_members(history: History, copies: dict[str, list[tuple[str, int]]], told: dict[str, Any]) -> None:
    """Each member is held against the one that takes writes, and one has to answer at least."""
    mongodb: Any = SimpleNamespace(numbered=lambda *_: [("a-1", 5)], copies=lambda *_: copies)
    found = documents.unlike(Documents("document-1", history), mongodb)
    assert told == {name: next(iter(row.values())) for name, row in found.items()}


def test_documents_are_judged(history: History) -> None:
    """What was acknowledged and is not there is told."""
    assert {} == documents.judged(history, [("a-1", 5), ("a-2", 6)])
    assert {"a-1"} == set(documents.judged(history, [("a-2", 6)]))

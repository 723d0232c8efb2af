"""Histories of numbered documents: read back from the database and from each of its members, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.checks.expectations import Rows
from seatrial.checks.history import Found, History, apart, judge
from steps.support.histories import told
from steps.support.instruments import MongoDb

COLLECTION = "trial"
"""Where documents are stored."""

Numbered = Sequence[tuple[str, int]]
"""Documents, each with its place in the database's own order."""


@dataclass(frozen=True)
class Documents:
    """Numbered documents.

    Attributes:
        stream: The name of their history.
        history: Who stored which, and what was said to it.
    """

    stream: str
    history: History


def judged(history: History, there: Numbered) -> Rows:
    """Return what is wrong with the documents that are *there* after all writes of *history*, by what was stored."""
    return told(history, judge(history.operations, _found(there)))


def unlike(documents: Documents, mongodb: MongoDb) -> Rows:
    """Return what a member that answers has otherwise than the one that takes writes."""
    there = _found(mongodb.numbered(COLLECTION, documents.stream))
    copies = {member: _found(its) for member, its in mongodb.copies(COLLECTION, documents.stream).items()}
    nobody = {} if copies else {"members of the database": {"answer": 0}}
    return {**told(documents.history, apart(there, copies)), **nobody}


def _found(numbered: Numbered) -> list[Found]:
    return [Found(value, place) for value, place in numbered]

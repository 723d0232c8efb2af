"""Histories: numbered writes by several clients while something else happens, and what became of each of them."""

from __future__ import annotations

from seatrial.checks.history.clients import History, StartHistory
from seatrial.checks.history.judge import Finding, Kind, apart, judge
from seatrial.checks.history.kept import keep
from seatrial.checks.history.operations import Found, Operation, Outcome, Reach, longest_gap, reach

__all__ = [
    "Finding",
    "Found",
    "History",
    "Kind",
    "Operation",
    "Outcome",
    "Reach",
    "StartHistory",
    "apart",
    "judge",
    "keep",
    "longest_gap",
    "reach",
]

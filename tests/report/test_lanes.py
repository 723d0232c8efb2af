"""A history is drawn as lanes: what each client was told, and what is wrong, in shapes and in words."""

from __future__ import annotations

from typing import Any

from seatrial.report import lanes
from seatrial.report.svg import Box, Figure, Label, Line


def operation(client: str, number: int, began: float, ended: float, outcome: str = "acknowledged") -> dict[str, Any]:
    value = f"{client}-{number}"
    return {"client": client, "number": number, "value": value, "began": began, "ended": ended, "outcome": outcome}


def drawn(*operations: dict[str, Any], findings: list[dict[str, str]] | None = None) -> Figure:
    return lanes.writes({"writes": "notes", "seconds": 10.0, "operations": operations, "findings": findings or []})


def bars(figure: Figure) -> list[str]:
    return [part.hint for part in figure.parts if isinstance(part, Box) and part.hint]


def test_writes_that_follow_closely_are_one_bar() -> None:
    """A bar says how many it stands for; a gap, and another outcome, begin a new one."""
    figure = drawn(
        operation("a", 1, 0.0, 0.1),
        operation("a", 2, 0.2, 0.3),
        operation("a", 3, 0.4, 8.0, "unknown"),
        operation("a", 4, 5.0, 5.1),
        operation("b", 1, 9.0, 9.1, "refused"),
    )
    assert [
        "client a: 2 acknowledged, from 0.0 s to 0.3 s",
        "client a: 1 acknowledged, from 5.0 s to 5.1 s",
        "client a: 1 unknown, from 0.4 s to 8.0 s",
        "client b: 1 refused, from 9.0 s to 9.1 s",
    ] == bars(figure)
    assert "Writes of notes: 3 acknowledged, 1 refused, 1 of unknown outcome, nothing wrong" == figure.title
    assert figure.said.endswith("client a: 3 acknowledged, 1 unknown; client b: 1 refused")


def test_what_is_wrong_is_marked_where_it_was_written() -> None:
    """A lost write has a mark in the lane of its client; an invented one, which has none, is told in words."""
    found = [{"kind": "lost", "value": "b-1", "says": "not found"}]
    found += [{"kind": "written by nobody", "value": "c-9", "says": "found"}]
    wrong = drawn(operation("a", 1, 0.0, 0.1), operation("b", 1, 4.9, 5.0), findings=found)
    (mark,) = [part for part in wrong.parts if isinstance(part, Line) and part.css == "mark done"]
    assert 396 == mark.x1
    assert ["b-1 is lost"] == [part.full for part in wrong.parts if isinstance(part, Label) and " is lost" in part.full]
    assert wrong.title.endswith("1 lost, 1 written by nobody")
    assert wrong.said.endswith("b-1 is lost; c-9 is written by nobody")


def test_a_long_history_stays_small() -> None:
    """However much was written, a picture has shapes that a page can hold."""
    many = [operation(client, n, n, n + 0.1) for client in "abcdefghijklmnop" for n in range(1000)]
    found = [{"kind": "lost", "value": one["value"], "says": ""} for one in many]
    assert 4000 > len(drawn(*many, findings=found).parts)
    assert 2000 > len(drawn(*many, findings=found).said)


def test_nothing_was_written() -> None:
    """There is a picture all the same."""
    assert "nothing wrong" in drawn().title

"""A connection that is lost is tried again, for so long; an answer is an answer."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from provision.net.retrying import connected

LOST = httpx2.RemoteProtocolError("Server disconnected without sending a response.")


def test_asked_again() -> None:
    """The next master answers."""
    answers: Iterator[Exception | str] = iter([LOST, "whole"])

    def ask() -> str:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    assert "whole" == connected(ask, limit=5.0)


def test_not_for_ever() -> None:
    """Nobody answers: the last loss is told."""

    def ask() -> None:
        raise LOST

    with pytest.raises(httpx2.RemoteProtocolError, match="Server disconnected"):
        connected(ask, limit=0.0)


def test_a_refusal_is_an_answer() -> None:
    """What the server says is not asked for again."""
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        raise httpx2.HTTPStatusError("forbidden", request=httpx2.Request("GET", "/"), response=httpx2.Response(403))

    with pytest.raises(httpx2.HTTPStatusError):
        connected(ask, limit=5.0)
    assert [1] == asked

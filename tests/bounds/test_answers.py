"""Who answers over HTTP sends neither without end nor for ever."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx2
import pytest

from seatrial.observers import answers

PACKED = gzip.compress(b"x" * (answers.MOST + 1))


class _Drip(httpx2.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x"


def _client(response: httpx2.Response) -> httpx2.Client:
    return httpx2.Client(transport=httpx2.MockTransport(lambda _: response))


def test_an_answer() -> None:
    """What comes is what was sent, unpacked, with its own head."""
    sent = httpx2.Response(404, headers={"content-encoding": "gzip", "x": "y"}, content=gzip.compress("ü".encode()))
    with _client(sent) as client:
        found = answers.ask(client, "GET", "http://a.example", within=5)
    assert (404, "ü", "y") == (found.status_code, found.text, found.headers["x"])


def test_a_packed_bomb() -> None:
    """What is small only on its way is refused."""
    with (
        _client(httpx2.Response(200, headers={"content-encoding": "gzip"}, content=PACKED)) as client,
        pytest.raises(httpx2.HTTPError, match="larger than"),
    ):
        answers.ask(client, "GET", "http://a.example", within=60)


def test_an_answer_without_end() -> None:
    """Whoever sends a letter now and then is not waited for."""
    with (
        _client(httpx2.Response(200, stream=_Drip())) as client,
        pytest.raises(httpx2.ReadTimeout, match="not over after"),
    ):
        answers.ask(client, "GET", "http://a.example", within=0.05)

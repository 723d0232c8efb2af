"""What comes of an attempt: accepted, refused, or heard by nobody."""

from __future__ import annotations

import json
import socket

import httpx2
import pytest
from lightkube import ApiError

from steps.support.attempts import outcome, surely_refused


def test_who_reaches_nobody_is_refused_nothing() -> None:
    """A server that is not there has refused nothing; one that hangs up has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert outcome(lambda: httpx2.get(f"http://127.0.0.1:{port}/", trust_env=False)).startswith("not reached")
    assert "not reached" in outcome(lambda: httpx2.get("http://nobody.invalid/", trust_env=False))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        assert "refused" == outcome(lambda: httpx2.get(url, timeout=0.2, trust_env=False))
    assert "accepted" == outcome(lambda: None)


@pytest.mark.parametrize(
    ("error", "sure"),
    [
        (httpx2.ConnectError("refused"), True),
        (httpx2.ConnectTimeout("nobody"), True),
        (httpx2.ReadTimeout("no answer"), False),
        (httpx2.WriteError("cut off"), False),
        (httpx2.RemoteProtocolError("hung up"), False),
        (OSError("whatever"), False),
        (403, True),
        (409, True),
        (429, True),
        (500, False),
        (503, False),
        (504, False),
    ],
)
def test_what_is_surely_refused(error: Exception | int, sure: bool) -> None:
    """What was never sent, or was decided against, is not done; behind any other error it may be."""
    if isinstance(error, int):
        content = json.dumps({"code": error, "message": "etcdserver: request timed out"})
        error = ApiError(response=httpx2.Response(error, content=content))
    assert sure == surely_refused(error)

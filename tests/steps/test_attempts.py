"""What comes of an attempt: accepted, refused, or heard by nobody."""

from __future__ import annotations

import socket

import httpx2

from steps.support.attempts import outcome


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

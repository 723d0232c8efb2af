"""Connections to addresses that are about to be nobody's say nothing any more."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator

import pytest

from provision.net import sockets

SUBNET, OURS, OTHERS = "127.213.7.0/24", "127.213.7.1", "127.213.8.1"
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root ends the connections of others"),
    pytest.mark.skipif(shutil.which("ss") is None, reason="this machine has no ss"),
]
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection to an address of the network."""
    yield from _connected(OURS)


@pytest.fixture
def other() -> Iterator[Pair]:
    """A connection to an address of another network."""
    yield from _connected(OTHERS)


def _connected(address: str) -> Iterator[Pair]:
    with (
        socket.create_server((address, 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as accepted,
    ):
        yield client, accepted


def _shown() -> str:
    command = ["ss", "-tnH", "state", "connected", "dst", SUBNET]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_those_of_a_network_are_ended(pair: Pair, other: Pair) -> None:
    """Both ends are told, and nothing else is touched."""
    assert OURS in _shown()
    sockets.destroy(SUBNET)
    assert not _talks(_shown())
    for end in pair:
        with pytest.raises(ConnectionError):
            assert end.recv(1), "the connection was closed, not ended"
    other[0].sendall(b"x")
    assert b"x" == other[1].recv(1)


def test_one_that_was_closed_and_waits_for_an_answer(pair: Pair) -> None:
    """What would be said again and again, since the other side is silent, is said no more."""
    client, accepted = pair
    client.sendall(b"never read")
    accepted.close()  # with something unread: a reset
    client.close()
    sockets.destroy(SUBNET)
    assert not _talks(_shown())


def test_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to end, or nobody who could, is no trouble."""
    sockets.destroy(SUBNET)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    sockets.destroy(SUBNET)


def _talks(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if not line.startswith("TIME-WAIT")]

"""What a server's doors say to those who come with a certificate, with another's, or with none."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.observers.strangers import Strangers, answer, of_nobody
from provision.targets.base.pki import Authority
from seatrial.checks.observer import Fidelity

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ours", "ours")


@pytest.fixture(params=[True, False], ids=["asks for a certificate", "asks for none"])
def asks(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def door(ours: Authority, asks: bool) -> Iterator[tuple[str, int]]:
    """A server that takes our clients only, or everybody."""
    pair = ours.issue("server", "server", hosts=["127.0.0.1"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(ours.pair.cert)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, context), daemon=True).start()
        yield listening.getsockname()


def _serve(listening: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            accepted, _ = listening.accept()
        except OSError:
            return  # the test has ended
        try:
            with context.wrap_socket(accepted, server_side=True) as secured:
                secured.recv(1024)
                secured.sendall(ANSWER)
        except OSError:
            continue  # whoever came was turned away


def test_who_is_turned_away(ours: Authority, door: tuple[str, int], asks: bool, tmp_path: Path) -> None:
    """Nobody gets an answer but who has our certificate; a server that asks for none answers everybody."""
    mine, hers = ours.issue("mine", "mine"), Authority(tmp_path / "hers", "hers").issue("hers", "hers")
    ca = str(ours.pair.cert)
    away = "turned away" if asks else "answered with 200"
    assert "answered with 200" == answer(door, of_nobody(ca, str(mine.cert), str(mine.key)))
    assert away == answer(door, of_nobody(ca))
    assert away == answer(door, of_nobody(ca, str(hers.cert), str(hers.key)))


def test_a_door_that_is_not_there(ours: Authority) -> None:
    """A server that is down has turned nobody away."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        gone = listening.getsockname()
    assert answer(gone, of_nobody(str(ours.pair.cert))).startswith("no answer: ")


def test_somebody_whom_nobody_knows() -> None:
    """Who asks for a stranger that there is none of is told which there are."""
    strangers = Strangers(dict, {"without a certificate": ssl.create_default_context}, Fidelity.REAL)
    with pytest.raises(LookupError, match="without a certificate"):
        strangers.at_etcd("by night")

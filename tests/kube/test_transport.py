"""A client of the API outlives the master that held its connection."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx2
import pytest
from lightkube import Client, KubeConfig
from lightkube.config.models import Cluster, User
from lightkube.resources.core_v1 import ConfigMap

from seatrial.kube.transport import api_transport

NOTE = json.dumps({"metadata": {"name": "note", "resourceVersion": "7"}, "data": {"says": "whole"}}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(NOTE)
WHOLE, LOST, HALF = HEAD + NOTE, b"", HEAD + NOTE[:10]

Masters = Callable[..., tuple[Client, list[str]]]


@pytest.fixture
def masters() -> Iterator[Masters]:
    """Answer one request after another with what is told, and close the connection; give what was asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(answers: tuple[bytes, ...], asked: list[str]) -> None:
        for answer in answers:
            with suppress(OSError):
                connection, _ = listener.accept()
                asked.append(connection.recv(65536).decode().partition("\r\n")[0].partition("?")[0])
                connection.sendall(answer)
                connection.close()

    def start(*answers: bytes) -> tuple[Client, list[str]]:
        asked: list[str] = []
        threading.Thread(target=serve, args=(answers, asked), daemon=True).start()
        server = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = KubeConfig.from_one(cluster=Cluster(server), user=User()).get()
        return Client(config=config, trust_env=False, transport=api_transport(config, limit=10.0)), asked

    yield start
    listener.close()


@pytest.mark.parametrize("lost", [LOST, HALF], ids=["before it answered", "while it answered"])
def test_a_reading_is_repeated(masters: Masters, lost: bytes) -> None:
    """Another master is asked when one is lost."""
    client, asked = masters(lost, WHOLE)
    assert {"says": "whole"} == client.get(ConfigMap, "note", namespace="default").data
    assert 2 == len(asked)


def test_a_change_is_not_repeated_unasked(masters: Masters) -> None:
    """Whether a change has arrived is for the one who made it to find out."""
    client, asked = masters(LOST, WHOLE)
    with pytest.raises(httpx2.TransportError):
        client.patch(ConfigMap, "note", {}, namespace="default")
    assert 1 == len(asked)


def test_what_nobody_can_have_received_is_repeated() -> None:
    """Where no connection comes about, nothing was sent: a change waits for a master as well."""
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    config = KubeConfig.from_one(cluster=Cluster(f"http://127.0.0.1:{port}"), user=User()).get()
    client = Client(config=config, trust_env=False, transport=api_transport(config, limit=10.0))

    def return_later() -> None:
        with socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(WHOLE)

    threading.Timer(0.5, return_later).start()
    patched = client.patch(ConfigMap, "note", {}, namespace="default")
    assert {"says": "whole"} == patched.data


def test_not_for_ever() -> None:
    """A cluster that is gone is told of soon."""
    config = KubeConfig.from_one(cluster=Cluster("http://127.0.0.1:1"), user=User()).get()
    client = Client(config=config, trust_env=False, transport=api_transport(config, limit=0.0))
    with pytest.raises(httpx2.ConnectError):
        client.get(ConfigMap, "note", namespace="default")

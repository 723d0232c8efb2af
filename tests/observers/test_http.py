"""Visitors come in by the door that a name leads to, and say what became of their visit."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from provision.actuators import HttpSender
from provision.observers import Door, Http, Visits
from provision.observers.visits import VisitError
from provision.targets.base.pki import Authority
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns
from tests.observers.conftest import ZONE, Serving, Sites

HOST = f"msvc1.{ZONE}"
A, B = "172.20.32.5", "172.20.64.5"  # addresses as records have them: nobody connects to them
AT_A, AT_B = "127.52.0.1", "127.52.0.2"


def page(asked: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
    """Answer with the host that was asked for, and what was sent."""
    sent = asked.rfile.read(int(asked.headers.get("Content-Length") or 0)).decode()
    return 200, {"Content-Type": "text/html"}, f"{asked.headers['Host']} {asked.path} {sent}".encode()


@pytest.fixture
def visits(resolver: Dns, authority: Authority) -> Iterator[Visits]:
    """The ways to two nodes."""
    doors = {"node-a": Door(A, AT_A), "node-b": Door(B, AT_B)}
    made = Visits(resolver, lambda: doors, authority.pair.cert)
    yield made
    made.close()


@pytest.fixture
def http(visits: Visits, recorder: Recorder) -> Http:
    return Http(visits, fidelity=Fidelity.REAL, recorder=recorder)


def test_a_name_leads_to_the_door_of_its_node(
    http: Http, names: dict[str, list[str]], sites: Sites, recorder: Recorder
) -> None:
    """The name is resolved, the door of that node is taken, and the host that was asked for is named there."""
    port = sites(page, AT_A)
    names[HOST] = [A]
    reply = http.get(HOST, "/hello?x=1", port=port)
    assert (200, f"{HOST}:{port} /hello?x=1 ") == (reply.status, reply.body)
    assert {"http": Fidelity.REAL, "dns": Fidelity.SIMULATED} == recorder.touched


def test_at_a_node_no_name_is_asked_for(http: Http, sites: Sites, recorder: Recorder) -> None:
    """Whoever goes to a node's own door needs no name server."""
    port = sites(page, AT_B)
    assert 200 == http.get(HOST, node="node-b", port=port).status
    assert {"http": Fidelity.REAL} == recorder.touched


def test_the_next_address_is_tried_when_nobody_is_there(http: Http, names: dict[str, list[str]], sites: Sites) -> None:
    """Where no connection can be made, the next address of the name is tried, whichever comes first."""
    port = sites(page, AT_B)
    names[HOST] = [A, B]
    assert [200, 200] == [http.get(HOST, port=port).status for _ in range(2)]
    kept: Any = http.evidence()
    assert 1 == sum("ConnectError" in visit["answer"] for visit in kept)


def test_a_connection_that_breaks_is_a_failure(http: Http, names: dict[str, list[str]], sites: Sites) -> None:
    """Once somebody has taken the visitor in, no other address is tried."""
    with socket.create_server((AT_A, 0)) as rude:
        port = rude.getsockname()[1]
        sites(page, AT_B, port)
        names[HOST] = [A]

        def take_and_drop() -> None:
            rude.accept()[0].close()

        thread = threading.Thread(target=take_and_drop)
        thread.start()
        with pytest.raises(VisitError, match=f"{A}: "):
            http.get(HOST, port=port)
        thread.join()


def test_nobody_is_there(http: Http, names: dict[str, list[str]], sites: Sites) -> None:
    """When no address answers, the message has each of them."""
    port = sites(page)
    names[HOST] = [A, B]
    with pytest.raises(VisitError, match=re.escape("no answer to GET")) as error:
        http.get(HOST, port=port)
    assert A in str(error.value)
    assert B in str(error.value)


def test_a_name_that_nobody_has(http: Http) -> None:
    """A name without addresses is no answer, and the message has the name server's word for it."""
    with pytest.raises(VisitError, match=f"nobody.{ZONE} has no address: NXDOMAIN"):
        http.get(f"nobody.{ZONE}")


def test_a_name_that_leads_elsewhere(http: Http, names: dict[str, list[str]]) -> None:
    """An address that no node has is never connected to."""
    names[HOST] = ["192.0.2.7"]
    with pytest.raises(VisitError, match=r"leads to 192.0.2.7, which no node has"):
        http.get(HOST)


def test_a_node_without_a_door(http: Http) -> None:
    """The message names the nodes that have one."""
    with pytest.raises(VisitError, match="node-c has no door for visitors; there are node-a node-b"):
        http.get(HOST, node="node-c")


def test_tls_is_verified(http: Http, names: dict[str, list[str]], sites: Sites, serving: Serving) -> None:
    """A certificate of the platform's authority for the name is accepted."""
    port = sites(page, AT_A, tls=serving(f"*.{ZONE}"))
    names[HOST] = [A]
    assert 200 == http.get(HOST, tls=True, port=port).status


def test_a_certificate_for_another_name_is_refused(
    http: Http, names: dict[str, list[str]], sites: Sites, serving: Serving
) -> None:
    """A certificate for another name fails, and no other address makes up for it."""
    port = sites(page, AT_A, tls=serving("other.example.com"))
    sites(page, AT_B, port, tls=serving(f"*.{ZONE}"))
    names[HOST] = [A, B]
    with pytest.raises(VisitError, match="CERTIFICATE_VERIFY_FAILED"):
        http.get(HOST, tls=True, port=port)


def test_a_visitor_is_led_on(http: Http, names: dict[str, list[str]], sites: Sites) -> None:
    """An answer that leads elsewhere is followed, through the same door."""

    def answer(asked: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        return page(asked) if asked.path == "/home" else (302, {"Location": "/home"}, b"")

    port = sites(answer, AT_A)
    names[HOST] = [A]
    assert f"{HOST}:{port} /home " == http.get(HOST, port=port).body


def test_a_failure_of_the_site_is_an_answer(http: Http, names: dict[str, list[str]], sites: Sites) -> None:
    """What a server answers is given as it is, whatever its status."""
    port = sites(lambda _: (503, {}, b"not now"), AT_A)
    names[HOST] = [A]
    assert (503, "not now") == (http.get(HOST, port=port).status, http.get(HOST, port=port).body)


def test_what_is_sent_is_json(
    http: Http,
    visits: Visits,
    names: dict[str, list[str]],
    sites: Sites,
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program's entry arrives as JSON; it is noted, and kept as evidence beside what visitors were shown."""
    monkeypatch.setattr("provision.observers.visits._HTTP", sites(page, AT_A))
    names[HOST] = [A]
    sender = HttpSender(visits, fidelity=Fidelity.SIMULATED, recorder=recorder)
    reply = sender.post(HOST, "/api/entries", {"text": "hello"})
    assert {"text": "hello"} == json.loads(reply.body.partition("/api/entries ")[2])
    (look,) = recorder.take_looks()
    assert f"http.post({HOST}, path=/api/entries, body=" == look.asked[0].partition("{")[0]
    assert {"http": Fidelity.SIMULATED, "dns": Fidelity.SIMULATED} == recorder.touched
    kept: Any = http.evidence()
    assert [f"POST http://{HOST}/api/entries at {A}"] == [visit["asked"] for visit in kept]

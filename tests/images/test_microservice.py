"""The microservice, run as a program against a real database."""

from __future__ import annotations

import http.server
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from provision.images.parts import IMAGES
from provision.observers import Reply
from steps.support import visitors
from tests.images.conftest import answers, free_port, running

pytest.importorskip("uvicorn")


@dataclass
class Service:
    """A microservice that runs.

    Attributes:
        client: Asks it.
        process: Its process.
        log: What it has written.
    """

    client: httpx2.Client
    process: subprocess.Popen[bytes]
    log: Path


class _Store(http.server.BaseHTTPRequestHandler):
    lines: list[str]

    def do_POST(self) -> None:
        self.lines.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def sent() -> Iterator[tuple[str, list[str]]]:
    lines: list[str] = []
    handler = type("Store", (_Store,), {"lines": lines})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", lines
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(tmp_path: Path, ferretdb: int, sent: tuple[str, list[str]]) -> Iterator[Service]:
    port = free_port()
    environment = {
        "PORT": str(port),
        "SERVICE_NAME": "msvc1",
        "POD_NAME": "msvc1-abc",
        "MONGODB_URI": f"mongodb://127.0.0.1:{ferretdb}/msvc1?directConnection=true",
        "INFLUXDB_URL": sent[0],
        "METRICS_SECONDS": "0.2",
        "DRAIN_SECONDS": "1",
        "PYTHONPATH": str(IMAGES / "microservice"),
    }
    log = tmp_path / "service.log"
    with running([sys.executable, "-m", "microservice"], log, **environment) as process:
        url = f"http://127.0.0.1:{port}"
        answers(f"{url}/livez")
        with httpx2.Client(base_url=url, trust_env=False, timeout=20) as client:
            yield Service(client, process, log)


def test_what_is_stored_is_listed_and_shown(service: Service) -> None:
    """An entry that a program stores is in the list, and on the page."""
    stored = service.client.post("/api/entries", json={"text": "<b>milk</b>"})
    listed = service.client.get("/api/entries").json()["entries"]
    page = service.client.get("/")
    assert visitors.page(Reply(page.status_code, page.text, page.headers))["regrets"] == ""
    assert stored.status_code == 201
    assert [entry["text"] for entry in listed] == ["<b>milk</b>"]
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;milk&lt;/b&gt;" in page.text
    assert "msvc1" in page.text


def test_a_form_stores_and_leads_back_to_the_page(service: Service) -> None:
    """A visitor who sends the form sees the page with the entry."""
    reply = service.client.post("/", data={"text": "bread"}, follow_redirects=True)
    assert (reply.status_code, "bread" in reply.text) == (200, True)


@pytest.mark.parametrize(
    "body", ["{}", '{"text": ""}', '{"text": 1}', "[]", "nothing", '{"text": "%s"}' % ("x" * 1001)]
)
def test_what_is_no_entry_is_refused(service: Service, body: str) -> None:
    """A wrong request is told so, with 400."""
    reply = service.client.post("/api/entries", content=body)
    assert (reply.status_code, "error" in reply.json()) == (400, True)


def test_every_answer_names_its_instance(service: Service) -> None:
    """Whoever asks knows which instance has answered."""
    reply = service.client.get("/api/instance")
    assert reply.json() == {"service": "msvc1", "version": "0.1.0", "pod": "msvc1-abc", "node": ""}
    assert reply.headers["x-instance"] == "msvc1/0.1.0 msvc1-abc"


def test_requests_are_logged_as_json_and_counted(service: Service, sent: tuple[str, list[str]]) -> None:
    """A request leaves a line of JSON, and a point in the store of metrics."""
    service.client.get("/api/instance")
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(30)
    logged = [json.loads(line) for line in service.log.read_text().splitlines()]
    assert [line["status"] for line in logged if line.get("path") == "/api/instance"] == [200]
    assert any(line.startswith("requests,service=msvc1,pod=msvc1-abc count=1i,errors=0i") for line in sent[1])


def test_it_ends_without_dropping_anybody(service: Service) -> None:
    """Asked to end, it says that it is not ready, still answers for a while, and ends well."""
    service.process.send_signal(signal.SIGTERM)
    statuses = []
    while service.process.poll() is None:
        try:
            statuses.append(
                (service.client.get("/readyz").status_code, service.client.get("/api/instance").status_code)
            )
        except httpx2.TransportError:
            break
    assert (503, 200) in statuses
    assert service.process.wait(30) == 0


def test_a_database_that_is_away_takes_nothing_else_down(tmp_path: Path) -> None:
    """Without a database the page still comes and says so, which is no page to its visitors; programs try again."""
    port = free_port()
    environment = {
        "PORT": str(port),
        "MONGODB_URI": "mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=100",
        "PYTHONPATH": str(IMAGES / "microservice"),
    }
    with running([sys.executable, "-m", "microservice"], tmp_path / "log", **environment):
        url = f"http://127.0.0.1:{port}"
        answers(f"{url}/livez")
        with httpx2.Client(base_url=url, trust_env=False, timeout=20) as client:
            page = client.get("/")
            assert (page.status_code, "does not answer" in page.text) == (200, True)
            seen = visitors.page(Reply(page.status_code, page.text, page.headers))
            assert "The database does not answer" in str(seen["regrets"])
            assert client.get("/api/entries").status_code == 503
            assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (503, 200)

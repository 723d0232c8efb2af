"""Lines are found whichever collector has sent them."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from provision.observers import Logs
from provision.observers.logs import row
from provision.observers.proxy import ServiceError
from seatrial.checks.observer import Fidelity, Recorder
from tests.observers.conftest import Api, Sites

FLUENTD = {
    "log": "hello\n",
    "kubernetes": {"pod_name": "msvc1-1", "namespace_name": "microservices", "host": "node-a"},
}
FILEBEAT = {
    "message": "hello",
    "log": {"file": {"path": "/var/log/containers/msvc1-1_microservices_msvc1-0123abcd.log"}},
    "host": {"name": "node-a"},
}
RSYSLOG = {
    "message": "hello",
    "path": "/var/log/containers/msvc1-1_microservices_msvc1-0123abcd.log",
    "host": "node-a",
}
TELEGRAF = {
    "tail": {"value": "2026-01-02T03:04:05.678Z stdout F hello"},
    "tag": {"path": "/var/log/containers/msvc1-1_microservices_msvc1-0123abcd.log", "host": "node-a"},
}
DOTTED = {
    "message": "hello",
    "kubernetes.pod_name": "msvc1-1",
    "kubernetes.namespace_name": "microservices",
    "kubernetes.host": "node-a",
}


@pytest.mark.parametrize("source", [FLUENTD, FILEBEAT, RSYSLOG, TELEGRAF, DOTTED])
def test_row(source: dict[str, Any]) -> None:
    """A line, its pod, its namespace and its node are read from what each collector stores."""
    assert {"line": "hello", "pod": "msvc1-1", "namespace": "microservices", "node": "node-a"} == row(source)


def test_lines_are_searched_for(api: Api, sites: Sites, recorder: Recorder) -> None:
    """The words are asked for as a phrase, and every hit is a row."""
    asked: list[Any] = []

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        asked.append(json.loads(request.rfile.read(int(request.headers["Content-Length"]))))
        hits = [{"_index": "logstash-1", "_id": "7", "_source": FLUENTD}]
        return 200, {}, json.dumps({"hits": {"hits": hits}}).encode()

    connect = api({"elasticsearch:9200": f"http://127.0.0.1:{sites(answer)}"})
    logs = Logs(connect, fidelity=Fidelity.SIMULATED, recorder=recorder)
    assert {"logstash-1/7": row(FLUENTD)} == logs.find("hello")
    assert '"hello"' == asked[0]["query"]["query_string"]["query"]
    assert {"logs": Fidelity.SIMULATED} == recorder.touched
    logs.close()


def test_a_search_engine_that_is_away(api: Api, recorder: Recorder) -> None:
    """The message names the service and what was answered in its place."""
    logs = Logs(api({}), fidelity=Fidelity.REAL, recorder=recorder)
    with pytest.raises(ServiceError, match=r"elasticsearch answered 503 to /_search.*no endpoints available"):
        logs.find("hello")
    logs.close()

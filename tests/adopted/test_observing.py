"""How an adopted platform is looked at beside its cluster: as its project says, and as its schema has it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from seatrial.adopted import observing
from seatrial.checks.observer import Absent, Fidelity
from seatrial.errors import UsageError
from seatrial.observers.aws import Aws
from seatrial.observers.dns import Dns
from seatrial.observers.prometheus import Prometheus, PrometheusError
from seatrial.observers.web import Web

ALL = """
[tool.seatrial.platform.http.addresses]
"shop.example.com" = "127.0.0.1"
[tool.seatrial.platform.dns]
server = "127.0.0.1"
[tool.seatrial.platform.aws]
region = "eu-west-1"
[tool.seatrial.platform.prometheus]
url = "http://127.0.0.1:9"
"""
UP = {"resultType": "vector", "result": [{"metric": {"job": "web", "a": "b"}, "value": [1.5, "1"]}]}
ANSWERS: dict[str, dict[str, object]] = {
    "up": {"status": "success", "data": UP},
    "(": {"status": "error", "error": "unclosed left parenthesis"},
}


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
        said = ANSWERS.get(query, {"host": self.headers["Host"]})
        self.send_response(200 if said.get("status") != "error" else 400)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """A port of loopback that answers: as Prometheus would, or with the name that it was asked by."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answering))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _read(folder: Path, text: str) -> observing.Observing:
    (folder / "pyproject.toml").write_text(text)
    return observing.read(folder)


def test_what_is_said(tmp_path: Path) -> None:
    """Each observer is there; of what nothing is said, the reason is where it would be said."""
    kinds = {"http": Web, "dns": Dns, "aws": Aws, "prometheus": Prometheus}
    assert kinds == {name: type(one) for name, one in _read(tmp_path, ALL).instruments().items()}
    nothing = _read(tmp_path, "").instruments()
    assert {"http": Web, **dict.fromkeys(("dns", "aws", "prometheus"), Absent)} == {
        n: type(o) for n, o in nothing.items()
    }
    assert nothing["dns"] == Absent("dns", "nothing is said of it: [tool.seatrial.platform] dns in pyproject.toml")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("dns = {}", "dns: Object missing required field `server`"),
        ('dns = {server = "ns.example.com"}', "dns.server: expected an IP address, got 'ns.example.com'"),
        ('dns = {server = "10.0.0.2", port = 0}', "dns.port: Expected `int` >= 1"),
        (
            'http = {addresses = {"shop.example.com" = "shop"}}',
            "http.addresses.shop.example.com: expected an IP address",
        ),
        ('prometheus = {url = "prometheus:9090"}', "prometheus.url: Expected `str` matching regex"),
        ("promtheus = {}", "Object contains unknown field `promtheus`"),
        ("aws = 7", "aws: Expected `object | null`, got `int`"),
    ],
)
def test_what_is_not_as_expected(tmp_path: Path, said: str, message: str) -> None:
    """It is one message with the file and the field; the schema refuses what has the wrong shape as well."""
    with pytest.raises(UsageError, match=re.escape(f"pyproject.toml: [tool.seatrial.platform] {message}")):
        _read(tmp_path, f"[tool.seatrial.platform]\n{said}\n")


def test_the_schema() -> None:
    """It ships with the harness, for editors, and is that of the code."""
    file = Path(observing.__file__).parents[1] / "platform.schema.json"
    assert observing.schema() == file.read_text()
    known = jsonschema.Draft202012Validator(json.loads(file.read_text()))
    assert known.is_valid({"dns": {"server": "10.0.0.2"}, "aws": {}})
    assert not known.is_valid({"dns": {"port": 53}})


def test_a_name_at_an_address(port: int) -> None:
    """It is visited there, and asked for by its name; other names go where they lead."""
    web = Web(Fidelity.REAL, {"shop.example.com": "127.0.0.1"})
    answer = web.get(f"http://shop.example.com:{port}/")
    assert (200, "shop.example.com") == (answer.status, answer.url.split("/")[2].split(":")[0])


def test_prometheus(port: int) -> None:
    """Each series is a row by its labels; what is refused, and what is no answer, says the question."""
    prometheus = Prometheus(f"http://127.0.0.1:{port}", Fidelity.REAL)
    assert {"a=b job=web": {"value": 1.0}} == prometheus.values("up")
    with pytest.raises(PrometheusError, match=r"\(: unclosed left parenthesis"):
        prometheus.values("(")
    with pytest.raises(PrometheusError, match=r"other: no answer of Prometheus \(HTTP 200\)"):
        prometheus.values("other")


def test_an_account_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that nobody has is the project's slip, and says where it was said."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    said = _read(tmp_path, '[tool.seatrial.platform.aws]\nprofile = "nobody"\nregion = "eu-west-1"')
    with pytest.raises(UsageError, match=r"\[tool\.seatrial\.platform\] aws: The config profile \(nobody\)"):
        said.instruments()["aws"].instances()  # type: ignore[union-attr]

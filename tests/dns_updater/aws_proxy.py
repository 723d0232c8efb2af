"""A moto server, and a proxy before it that counts the calls and can fail as AWS fails."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.dns_updater.waiting import wait_for

HOST = "127.0.0.1"
_THROTTLED = b"""<ErrorResponse>
<Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId>
</ErrorResponse>"""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
        return True
    return False


@contextlib.contextmanager
def moto_process() -> Iterator[str]:
    """Run a moto server, and give its endpoint."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        wait_for(lambda: _answers(port), 60)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(20)


class AwsProxy:
    """Passes calls on to *endpoint*, and notes them.

    Attributes:
        mode: ``pass``, ``throttle`` (as Route53 does), ``fail`` (503) or ``drop`` (no answer at all).
        calls: Method and path of each call that was passed on.
        failed: How many calls were not.
    """

    def __init__(self, endpoint: str) -> None:
        self.mode = "pass"
        self.calls: list[tuple[str, str]] = []
        self.failed = 0
        self._target = endpoint.removeprefix("http://")
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):
                    super().handle()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if proxy.mode == "drop":
                    proxy.failed += 1
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, content = proxy.answer(self.command, self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = do_PUT = _serve  # noqa: N815 - the base class's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://{HOST}:{self._server.server_port}"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Answer one call, by moto or, in another mode than ``pass``, with an error."""
        if self.mode != "pass":
            self.failed += 1
            return (400, _THROTTLED) if self.mode == "throttle" else (503, b"")
        self.calls.append((method, path))
        connection = http.client.HTTPConnection(self._target, timeout=20)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, content

    @property
    def writes(self) -> list[tuple[str, str]]:
        """Return the calls that changed something."""
        return [call for call in self.calls if call[0] != "GET"]

    @property
    def listings(self) -> int:
        """How many times record sets were listed."""
        return len([path for method, path in self.calls if method == "GET" and "/rrset" in path])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

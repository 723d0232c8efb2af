"""Answers 404 to everything and 200 at ``/healthz``, and logs each request as a line of JSON."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

_HEALTH = "/healthz"
_IDLE = 75.0  # seconds: longer than an ingress controller keeps a connection, so that it is the one to close it
_PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not found</title></head>
<body><h1>Not found</h1><p>There is nothing at this address.</p></body></html>
"""


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float] = _IDLE
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer any request."""
        if self.headers.get("Transfer-Encoding") or int(self.headers.get("Content-Length") or 0):
            self.close_connection = True  # what was sent is not read
        if urlsplit(self.path).path == _HEALTH:
            self._answer(HTTPStatus.OK, "text/plain; charset=utf-8", b"ok\n")
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8", _PAGE)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = do_GET  # noqa: N815

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write a request as a line of JSON, but for probes that went well."""
        status = int(code) if isinstance(code, int) else code
        if urlsplit(self.path).path == _HEALTH and status == HTTPStatus.OK:
            return
        del size
        _say("info", f"{self.command} {self.path} {status}", host=self.headers.get("Host", ""), status=status)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Write whatever else the library says."""
        _say("warning", format % args)

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Listens for many connections at once."""

    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serve until asked to end."""
    server = Server(("0.0.0.0", int(os.environ.get("PORT") or 8080)), Handler)  # noqa: S104 - a container's address
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.2)
    server.server_close()


def _say(level: str, message: str, **known: object) -> None:
    time = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    sys.stdout.write(json.dumps({"time": time, "level": level, "message": message, **known}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

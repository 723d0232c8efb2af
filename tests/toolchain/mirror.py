"""A small web server with releases, which can break off, stall, change its mind and count."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class File:
    """A served file.

    Attributes:
        content: Its bytes.
        ranges: Whether the server can send a part of it.
        cuts: For each next request: after how many bytes the connection breaks off.
        held: When set, requests wait for it after their first half.
    """

    content: bytes
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    held: threading.Event | None = None


class Mirror:
    """The server: ``files`` by path, and every request as ``(path, Range header)``."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.requests: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving, and let go of everybody who waits."""
        for file in self.files.values():
            if file.held:
                file.held.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def asked_for(self, path: str) -> list[str]:
        """Return the Range header of each request for ``path``."""
        return [wanted for asked, wanted in self.requests if asked == path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range", "")
                mirror.requests.append((self.path, wanted))
                file = mirror.files.get(self.path)
                if file is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and file.ranges else 0
                body = file.content[start:]
                if start and not body:
                    self.send_error(416)
                    return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                cut = file.cuts.pop(0) if file.cuts else len(body)
                half = len(body) // 2 if file.held else cut
                self.wfile.write(body[:half])
                if file.held:
                    file.held.wait(30)
                    self.wfile.write(body[half:cut])
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler

"""The shop's programs: ``serve.py catalogue`` knows the wares, ``prices`` what they cost, and ``page`` shows both.

Where the other two are is said by CATALOGUE and PRICES, and where to listen by LISTEN.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WARES = ["apples", "pears", "plums"]
PRICES = {"apples": 3, "pears": 4, "plums": 2, "quinces": 9}
SECONDS = 2.0  # for an answer of another part


def page() -> dict[str, int]:
    """Return the price of each ware that there is, as the other parts say."""
    prices = _ask("PRICES", "http://prices:8080")
    return {ware: prices[ware] for ware in _ask("CATALOGUE", "http://catalogue:8080")}


def _ask(variable: str, usually: str) -> Any:
    url = f"{os.environ.get(variable, usually)}/wares"
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - the manifests say where
        return json.load(answer)


PARTS: dict[str, Callable[[], object]] = {"catalogue": lambda: WARES, "prices": lambda: PRICES, "page": page}


class Handler(BaseHTTPRequestHandler):
    """Answers what this part knows at /wares, and at /health that it runs."""

    def do_GET(self) -> None:
        """Answer one request; a part that gets no answer from another has none either."""
        status, body = 200, b"{}"
        if self.path == "/wares":
            try:
                body = json.dumps(PARTS[sys.argv[1]]()).encode()
            except (OSError, ValueError, LookupError):
                status = 503
        elif self.path != "/health":
            status = 404
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a container's first process is ended by no other way
    host, _, port = os.environ.get("LISTEN", "0.0.0.0:8080").partition(":")
    ThreadingHTTPServer((host, int(port)), Handler).serve_forever()

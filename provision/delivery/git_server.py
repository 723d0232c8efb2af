"""Git repositories over HTTP, for who has the password: ``python -m provision.delivery.git_server --listen ...``.

What a client asks is answered by git's own program for that. Whoever waits for pushes is told of each.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

from provision.delivery.access import USER
from provision.net.listening import may_listen

log = logging.getLogger(__name__)

PASSWORD: Final = "SEATRIAL_GIT_PASSWORD"  # noqa: S105 - the name of the variable that has it
HOOK: Final = "SEATRIAL_GIT_HOOK"
"""The variable with the address that is told of a push, in which ``{repository}`` is the repository's name."""
_PATH = re.compile(r"/([a-z0-9][a-z0-9-]*)\.git/(info/refs|git-upload-pack|git-receive-pack)")
_LARGEST = 256 << 20  # bytes of a push
_CHUNK = 1 << 16
_SECONDS = 120.0
_HOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Served:
    """What is served.

    Attributes:
        folder: The folder with the repositories, each as ``<name>.git``.
        password: What lets the user in.
        hook: The address that is told of a push; empty where nobody waits.
    """

    folder: Path
    password: str
    hook: str = ""


class GitServer(ThreadingHTTPServer):
    """Serves the repositories of a folder.

    Args:
        address: Where it listens.
        served: What it serves.
    """

    daemon_threads = True

    def __init__(self, address: tuple[str, int], served: Served) -> None:
        super().__init__(address, _Handler)
        self.served = served


class _Handler(BaseHTTPRequestHandler):
    server: GitServer
    timeout = _SECONDS
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        log.info(format, *args)

    def _serve(self) -> None:
        self.close_connection = True
        asked = urlsplit(self.path)
        found = _PATH.fullmatch(asked.path)
        if not self._known():
            self._refuse(401, "who is there?", {"WWW-Authenticate": 'Basic realm="git"'})
        elif found is None or not (self.server.served.folder / f"{found[1]}.git").is_dir():
            self._refuse(404, "no such repository")
        else:
            with tempfile.TemporaryFile() as body:
                if self._take(body):
                    self._answer(asked.query, found[1], found[2], body)

    def _known(self) -> bool:
        wanted = "Basic " + base64.b64encode(f"{USER}:{self.server.served.password}".encode()).decode()
        return hmac.compare_digest(wanted.encode(), (self.headers.get("Authorization") or "").encode())

    def _take(self, body: IO[bytes]) -> bool:
        """Read what is sent; a larger push than can be is refused."""
        try:
            if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
                while size := int(self.rfile.readline(32), 16):
                    self._copy(body, size)
                    self.rfile.readline(8)
            else:
                self._copy(body, int(self.headers.get("Content-Length") or 0))
        except ValueError as error:
            self._refuse(413, str(error))
            return False
        body.seek(0)
        return True

    def _copy(self, body: IO[bytes], size: int) -> None:
        if size < 0 or body.tell() + size > _LARGEST:
            raise ValueError(f"more than {_LARGEST >> 20} MiB")
        while size > 0:
            if not (got := self.rfile.read(min(size, _CHUNK))):
                raise ValueError("the push broke off")
            body.write(got)
            size -= len(got)

    def _answer(self, query: str, repository: str, service: str, body: IO[bytes]) -> None:
        done = subprocess.run(
            ["git", "http-backend"],
            env=self._environ(query, repository, service, os.fstat(body.fileno()).st_size),
            stdin=body,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode(errors="replace").splitlines() if ": " in line)
        if done.returncode != 0 and not headers:
            log.error("git http-backend ended with %d: %s", done.returncode, done.stderr.decode(errors="replace"))
            self._refuse(500, "git failed")
            return
        self._send(int(headers.pop("Status", "200").split()[0]), headers, content)
        if service == "git-receive-pack" and self.server.served.hook:
            threading.Thread(target=tell, args=(self.server.served.hook, repository), daemon=True).start()

    def _environ(self, query: str, repository: str, service: str, size: int) -> Mapping[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "GIT_PROJECT_ROOT": str(self.server.served.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "HOME": "/nonexistent",
            "PATH_INFO": f"/{repository}.git/{service}",
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": str(size),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            "REMOTE_USER": USER,  # without one nobody may push
            "REMOTE_ADDR": self.client_address[0],
        }

    def _refuse(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        self._send(status, {"Content-Type": "text/plain", **(headers or {})}, f"{text}\n".encode())

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def tell(hook: str, repository: str) -> None:
    """Tell whoever waits for pushes of one; who does not answer finds out by looking."""
    address = hook.format(repository=repository)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(address, b"", method="POST"), timeout=_HOOK_SECONDS):  # noqa: S310
            pass
    except (OSError, urllib.error.URLError) as error:
        log.warning("nobody could be told of a push to %s: %s", repository, error)


def main(argv: list[str] | None = None) -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m provision.delivery.git_server")
    parser.add_argument("--listen", required=True, help="private address and port, such as 127.0.0.1:3000")
    parser.add_argument("--folder", required=True, type=Path, help="where the repositories are")
    options = parser.parse_args(argv)
    host, _, port = options.listen.rpartition(":")
    if not may_listen(host) or not port.isdecimal():
        parser.error(f"--listen: expected a private address and a port, got {options.listen}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    password = os.environ.get(PASSWORD, "")
    if not password:
        parser.error(f"{PASSWORD} is not set: anybody could push")
    served = Served(options.folder, password, os.environ.get(HOOK, ""))
    with GitServer((host, int(port)), served) as server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())

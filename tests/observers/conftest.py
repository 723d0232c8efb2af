"""What the tests of the observers share: a name server, sites on loopback addresses, and an API server's proxy."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import httpx2
import pytest
from lightkube import Client
from lightkube.config.kubeconfig import KubeConfig
from lightkube.config.models import Cluster, User

from provision.targets.base.pki import Authority
from provision.toolchain import Toolchain, ToolchainError
from provision.toolchain.catalogue import TOOLS
from provision.toolchain.catalogue_images import IMAGE_TOOLS
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns

ZONE = "team1.example.com"
Answer = Callable[[BaseHTTPRequestHandler], tuple[int, dict[str, str], bytes]]
Sites = Callable[..., int]
"""Serves a site with the arguments of `site`, and gives its port."""
Serving = Callable[..., ssl.SSLContext]
"""Makes what a server needs to come by TLS under some names."""
Api = Callable[[dict[str, str]], Callable[[], Client]]
"""Makes a stand-in for the API server, over what it passes on to by the names of services."""


def program(name: str) -> str:
    """Return the path of a program that is on PATH or that the toolchain has already; skip the test without it."""
    if found := shutil.which(name):
        return found
    try:
        had = Toolchain(tools={**TOOLS, **IMAGE_TOOLS}).look(name).path
    except ToolchainError:
        had = None
    if had is None:
        pytest.skip(f"{name} is neither on PATH nor in the cache of tools")
    return str(had)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until_listening(port: int) -> None:
    """Wait until somebody listens on a port of loopback."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nobody listens on port {port}")


@contextmanager
def site(answer: Answer, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve *answer* on *host*; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            status, headers, body = answer(self)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = _reply  # noqa: N815 - as the base class names them

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((host, port), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def sites() -> Iterator[Callable[..., int]]:
    """Serves sites until the test ends."""
    with ExitStack() as stack:
        yield lambda *args, **named: stack.enter_context(site(*args, **named))


@pytest.fixture
def recorder() -> Recorder:
    """A recorder of the test's own."""
    return Recorder()


@pytest.fixture
def names() -> dict[str, list[str]]:
    """The addresses of each name; a test fills it."""
    return {}


@pytest.fixture
def resolver(names: dict[str, list[str]], recorder: Recorder) -> Iterator[Dns]:
    """A name server that answers from `names`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                wire, client = server.recvfrom(4096)
                if not wire:
                    return
                query = dns.message.from_wire(wire)
                answer = dns.message.make_response(query)
                name = query.question[0].name.to_text(omit_final_dot=True)
                if found := names.get(name):
                    answer.answer.append(dns.rrset.from_text(name + ".", 300, "IN", "A", *found))
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        yield Dns("127.0.0.1", port, fidelity=Fidelity.SIMULATED, recorder=recorder)
        server.sendto(b"", ("127.0.0.1", port))
        thread.join()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The platform's authority."""
    (tmp_path / "pki").mkdir()
    return Authority(tmp_path / "pki", "platform-ca")


@pytest.fixture
def serving(authority: Authority) -> Callable[..., ssl.SSLContext]:
    """Makes what a server needs to come by TLS under some names."""

    def made(*hosts: str) -> ssl.SSLContext:
        pair = authority.issue(hosts[0].replace("*", "any"), hosts[0], hosts=hosts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.cert, pair.key)
        return context

    return made


@pytest.fixture
def api(sites: Callable[..., int]) -> Callable[[dict[str, str]], Callable[[], Client]]:
    """Makes a stand-in for the API server that does nothing but pass on what is for a service's proxy."""

    def made(services: dict[str, str]) -> Callable[[], Client]:
        def answer(asked: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
            service, _, path = asked.path.partition("/services/http:")[2].partition("/proxy")
            body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
            if service not in services:
                return 503, {}, b"no endpoints available"
            headers = {"Content-Type": asked.headers.get("Content-Type") or "text/plain"}
            found = httpx2.request(asked.command, services[service] + path, content=body, headers=headers, timeout=20)
            return found.status_code, {}, found.content

        config = KubeConfig.from_one(cluster=Cluster(f"http://127.0.0.1:{sites(answer)}"), user=User()).get()
        return lambda: Client(config=config, trust_env=False)

    return made

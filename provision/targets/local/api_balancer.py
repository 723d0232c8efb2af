"""A TCP balancer in front of the API servers, so that clients survive the loss of any master.

It is run as ``python -m provision.targets.local.api_balancer`` and passes TLS through untouched. Each API server is
asked for its ``/readyz`` twice a second; while at least one is ready, connections to those that are not are closed,
so that a client's watch moves on instead of hanging on a server that is stopped or has lost etcd. When none is ready,
any that accepts connections is used: the client then hears the API server's own refusal.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import ssl
from dataclasses import dataclass, field
from pathlib import Path

_CHECK_SECONDS = 0.5
_CHECK_TIMEOUT = 1.5
_CONNECT_TIMEOUT = 1.0
_CHUNK = 1 << 16


@dataclass
class Backend:
    """One API server, and the connections to it that are open."""

    host: str
    port: int
    ready: bool = True  # until the first check tells otherwise
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def drop(self) -> None:
        """Close all connections to it at once."""
        for writer in list(self.open):
            writer.transport.abort()


class Front:
    """The balancer.

    Args:
        backends: The API servers.
        tls: How their readiness is asked for; without it every backend counts as ready.
    """

    def __init__(self, backends: list[Backend], tls: ssl.SSLContext | None) -> None:
        self._backends = backends
        self._tls = tls
        self._turn = 0

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Begin to accept connections."""
        return await asyncio.start_server(self._client, host, port, backlog=512)

    async def watch(self) -> None:
        """Check the backends for ever."""
        await asyncio.gather(*(self._watch_one(backend) for backend in self._backends))

    def sort_out(self) -> None:
        """Close connections to backends that are not ready, if there is one that is."""
        if any(backend.ready for backend in self._backends):
            for backend in self._backends:
                if not backend.ready:
                    backend.drop()

    async def _watch_one(self, backend: Backend) -> None:
        while True:
            try:
                async with asyncio.timeout(_CHECK_TIMEOUT):
                    backend.ready = await self._is_ready(backend)
            except (OSError, TimeoutError, EOFError, ssl.SSLError):
                backend.ready = False
            self.sort_out()
            await asyncio.sleep(_CHECK_SECONDS)

    async def _is_ready(self, backend: Backend) -> bool:
        reader, writer = await asyncio.open_connection(backend.host, backend.port, ssl=self._tls)
        try:
            if self._tls is None:
                return True
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: front\r\nConnection: close\r\n\r\n")
            await writer.drain()
            status = await reader.readline()
            return status.split()[1:2] == [b"200"]
        finally:
            writer.transport.abort()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            found = await self._connect()
            if found is None:
                return
            backend, far_reader, far_writer = found
            backend.open.add(far_writer)
            try:
                one = asyncio.create_task(_pass_on(reader, far_writer))
                other = asyncio.create_task(_pass_on(far_reader, writer))
                await asyncio.wait([one, other], return_when=asyncio.FIRST_COMPLETED)
                if not other.done():  # the client has said all it had to; what is under way back still arrives
                    await other
                one.cancel()
            finally:
                backend.open.discard(far_writer)
                far_writer.transport.abort()
        finally:
            writer.transport.abort()

    async def _connect(self) -> tuple[Backend, asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._turn += 1
        turn = self._turn % len(self._backends)
        order = self._backends[turn:] + self._backends[:turn]
        for backend in sorted(order, key=lambda backend: not backend.ready):
            try:
                async with asyncio.timeout(_CONNECT_TIMEOUT):
                    reader, writer = await asyncio.open_connection(backend.host, backend.port)
            except (OSError, TimeoutError):
                continue
            return backend, reader, writer
        return None


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def run(listen: str, backends: list[str], tls: ssl.SSLContext | None) -> None:
    """Serve on *listen* (host:port) until SIGTERM or SIGINT."""
    front = Front([Backend(*_split(backend)) for backend in backends], tls)
    server = await front.serve(*_split(listen))
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    watching = asyncio.create_task(front.watch())
    await ended.wait()
    watching.cancel()
    server.close()


def client_context(ca: Path, cert: Path, key: Path) -> ssl.SSLContext:
    """Make the TLS context that readiness is asked with."""
    context = ssl.create_default_context(cafile=str(ca))
    context.load_cert_chain(cert, key)
    return context


def _split(endpoint: str) -> tuple[str, int]:
    host, _, port = endpoint.rpartition(":")
    return host, int(port)


def main() -> None:
    """Run the balancer as the command line says."""
    parser = argparse.ArgumentParser(prog="front", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--listen", required=True, help="host:port that clients use")
    parser.add_argument("--backend", required=True, action="append", help="host:port of an API server")
    parser.add_argument("--ca", required=True, type=Path, help="the API servers' certificate authority")
    parser.add_argument("--cert", required=True, type=Path, help="a client certificate")
    parser.add_argument("--key", required=True, type=Path, help="its key")
    chosen = parser.parse_args()
    asyncio.run(run(chosen.listen, chosen.backend, client_context(chosen.ca, chosen.cert, chosen.key)))


if __name__ == "__main__":
    main()

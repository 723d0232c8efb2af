"""The name server: UDP and TCP on one address."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import cast

from provision.resolver.health import HealthChecks
from provision.resolver.source import Source
from provision.resolver.wire import respond

log = logging.getLogger(__name__)

_IDLE = 10.0  # seconds that a TCP connection may stay silent


class NameServer:
    """Answers questions.

    Args:
        source: Gives the zones.
        checks: Gives the health.
    """

    def __init__(self, source: Source, checks: HealthChecks) -> None:
        self._source = source
        self._checks = checks
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Listen on *host* and *port*.

        Raises:
            OSError: If the address is taken.
        """
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, host, port)
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), local_addr=(host, port))
            try:
                yield
            finally:
                transport.close()
        finally:
            server.close()

    async def answer(self, question: bytes, *, udp: bool) -> bytes | None:
        """Answer one message."""
        return respond(question, await self._source.zones(), self._checks.healthy, udp=udp)

    def answer_datagram(self, question: bytes, client: tuple[str, int], transport: asyncio.DatagramTransport) -> None:
        """Answer one datagram, beside all others."""

        async def reply() -> None:
            response = await self.answer(question, udp=True)
            if response is not None and not transport.is_closing():
                transport.sendto(response, client)

        task = asyncio.create_task(reply())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), _IDLE), "big")
                question = await asyncio.wait_for(reader.readexactly(length), _IDLE)
                response = await self.answer(question, udp=False)
                if response is None:
                    break
                writer.write(len(response).to_bytes(2, "big") + response)
                await writer.drain()
        writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's transport of datagrams is no subclass of what it implements.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None:
            self._server.answer_datagram(data, addr, self._transport)

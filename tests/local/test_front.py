"""The balancer in front of the API servers, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from provision.targets.local.api_balancer import Backend, Front


class Echo:
    """A backend that says its name, then repeats what it hears."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> Backend:
        """Listen on a free port."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return Backend("127.0.0.1", self.server.sockets[0].getsockname()[1])

    async def die(self) -> None:
        """Stop listening and reset what is open."""
        assert self.server is not None
        self.server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        writer.write(f"{self.name}\n".encode())
        with contextlib.suppress(OSError):
            while data := await reader.read(100):
                writer.write(data)
        writer.close()


@contextlib.asynccontextmanager
async def fronted(*echoes: Echo) -> AsyncIterator[tuple[int, list[Backend], Front]]:
    backends = [await echo.start() for echo in echoes]
    front = Front(backends, None)
    server = await front.serve("127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], backends, front
    finally:
        server.close()
        for echo in echoes:
            await echo.die()


async def greeting(port: int) -> str:
    """Return the name of the backend that answers; nothing when the connection is closed instead."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return (await reader.readline()).decode().strip()
    except ConnectionError:
        return ""
    finally:
        writer.transport.abort()


def run(scenario: object) -> None:
    async def limited() -> None:
        async with asyncio.timeout(20):
            await scenario  # type: ignore[misc]

    asyncio.run(limited())


def test_clients_are_spread() -> None:
    """Every backend gets its turn."""

    async def scenario() -> None:
        async with fronted(Echo("a"), Echo("b"), Echo("c")) as (port, _, _):
            assert ["a", "b", "c"] == sorted([await greeting(port) for _ in range(3)])

    run(scenario())


def test_bytes_pass_both_ways() -> None:
    """More than one chunk arrives whole, and the end of one side is passed on."""

    async def scenario() -> None:
        async with fronted(Echo("a")) as (port, _, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            sent = b"x" * 500_000
            writer.write(sent)
            writer.write_eof()
            assert b"a\n" + sent == await reader.read(-1)
            writer.close()

    run(scenario())


def test_a_dead_backend_is_passed_over() -> None:
    """A client never notices a backend that refuses connections."""

    async def scenario() -> None:
        a, b = Echo("a"), Echo("b")
        async with fronted(a, b) as (port, _, _):
            await a.die()
            assert ["b", "b", "b"] == [await greeting(port) for _ in range(3)]

    run(scenario())


def test_connections_end_with_their_backend() -> None:
    """A watch on a killed backend is closed, so that it moves on."""

    async def scenario() -> None:
        a = Echo("a")
        async with fronted(a) as (port, _, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert b"a\n" == await reader.readline()
            await a.die()
            with contextlib.suppress(ConnectionError):
                assert b"" == await reader.read()
            writer.transport.abort()

    run(scenario())


def test_connections_to_a_backend_that_is_not_ready_are_closed() -> None:
    """A stopped server holds its connections open; the balancer lets go of them, and sends new ones elsewhere."""

    async def scenario() -> None:
        async with fronted(Echo("a"), Echo("b")) as (port, backends, front):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            name = (await reader.readline()).decode().strip()
            backends["ab".index(name)].ready = False
            front.sort_out()
            with contextlib.suppress(ConnectionError):
                assert b"" == await reader.read()
            writer.transport.abort()
            other = {"a": "b", "b": "a"}[name]
            assert [other, other] == [await greeting(port) for _ in range(2)]

    run(scenario())


def test_without_a_ready_backend_the_refusal_is_the_servers_own() -> None:
    """When no backend is ready, those that accept connections are used still."""

    async def scenario() -> None:
        async with fronted(Echo("a"), Echo("b")) as (port, backends, front):
            for backend in backends:
                backend.ready = False
            front.sort_out()
            assert await greeting(port) in ("a", "b")

    run(scenario())


def test_without_any_backend_the_client_is_told_at_once() -> None:
    """The connection is closed, never left hanging."""

    async def scenario() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        server = await Front([Backend("127.0.0.1", port)], None).serve("127.0.0.1", 0)
        assert "" == await greeting(server.sockets[0].getsockname()[1])
        server.close()

    run(scenario())

"""The application: its paths, and what they answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs

from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from microservice.entries import Entries, Entry, UnfitError
from microservice.metrics import Metrics
from microservice.page import POLICY, page
from microservice.settings import Settings
from microservice.watching import Watched

_LARGEST = 16_384  # bytes of a request
_AWAY = "The database does not answer just now. Please try again in a moment."

log = logging.getLogger("microservice")


class Microservice:
    """One instance.

    Attributes:
        ready: Whether it is to be given requests; false once it was asked to end.
    """

    def __init__(self, settings: Settings) -> None:
        """Set up; the database need not be there yet."""
        self.ready = True
        self._settings = settings
        self._entries = Entries(settings.mongodb)
        self._metrics = Metrics(settings)

    def app(self) -> ASGIApp:
        """Give the application."""
        routes = [
            Route("/", self._page),
            Route("/", self._form, methods=["POST"]),
            Route("/api/entries", self._list),
            Route("/api/entries", self._add, methods=["POST"]),
            Route("/api/instance", self._instance),
            Route("/livez", self._alive),
            Route("/readyz", self._ready),
            Route("/healthz", self._healthy),
        ]
        handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
            PyMongoError: _database_away,
            UnfitError: _unfit,
        }
        app = Starlette(routes=routes, exception_handlers=handlers, lifespan=self._living)
        return Watched(app, self._settings, self._metrics)

    @asynccontextmanager
    async def _living(self, _: Starlette) -> AsyncIterator[None]:
        sending = asyncio.create_task(self._metrics.send_on())
        try:
            yield
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
            self._entries.close()

    async def _page(self, _: Request) -> Response:
        try:
            entries = await run_in_threadpool(self._entries.newest)
        except PyMongoError as error:
            log.warning("the database does not answer: %s", error)
            return self._html([], _AWAY)
        return self._html(entries)

    async def _form(self, request: Request) -> Response:
        fields = parse_qs((await _body(request)).decode("utf-8", "replace"))
        text = fields.get("text", [""])[0]
        try:
            await run_in_threadpool(self._entries.add, text)
        except UnfitError as error:
            return self._html([], f"That could not be stored: {error}.", text, status=400)
        except PyMongoError as error:
            log.warning("the database does not answer: %s", error)
            return self._html([], _AWAY, text, status=503)
        return RedirectResponse("/", status_code=303)

    async def _list(self, _: Request) -> Response:
        entries = await run_in_threadpool(self._entries.newest)
        return JSONResponse({"entries": [entry.json() for entry in entries]})

    async def _add(self, request: Request) -> Response:
        try:
            sent = json.loads(await _body(request))
        except ValueError as error:
            raise UnfitError(f"expected JSON: {error}") from error
        entry = await run_in_threadpool(self._entries.add, sent.get("text") if isinstance(sent, dict) else None)
        return JSONResponse(entry.json(), status_code=201)

    async def _instance(self, _: Request) -> Response:
        return JSONResponse(self._settings.instance)

    async def _alive(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def _ready(self, _: Request) -> Response:
        return PlainTextResponse("ok") if self.ready else PlainTextResponse("ending", status_code=503)

    async def _healthy(self, _: Request) -> Response:
        await run_in_threadpool(self._entries.ping)
        return PlainTextResponse("ok")

    def _html(self, entries: list[Entry], notice: str = "", text: str = "", status: int = 200) -> Response:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(page(self._settings.instance, entries, notice, text), status, headers)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise UnfitError(f"expected at most {_LARGEST} bytes")
    return body


async def _database_away(_: Request, error: Exception) -> Response:
    log.warning("the database does not answer: %s", error)
    return JSONResponse({"error": "the database does not answer"}, status_code=503, headers={"Retry-After": "1"})


async def _unfit(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)

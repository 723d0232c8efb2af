"""What happens around every request: it is timed, counted, logged, and answered with the instance's name."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from microservice.metrics import Metrics
from microservice.settings import Settings

PROBES = ("/livez", "/readyz", "/healthz")
_OK, _FAILED = 200, 500

log = logging.getLogger("microservice.requests")


class Watched:
    """An application whose every request is watched."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        """Wrap *app*."""
        self._app = app
        self._metrics = metrics
        instance = f"{settings.instance['service']}/{settings.instance['version']} {settings.pod}"
        self._headers = [(b"x-instance", instance.encode("latin-1", "replace"))]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), _FAILED

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        if scope["path"] in PROBES:
            if status == _OK:
                return
        else:
            self._metrics.add(status, seconds)
        known = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "client": (scope.get("client") or ("",))[0],
        }
        log.info("%(method)s %(path)s %(status)s", known, extra=known)

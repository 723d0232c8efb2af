"""Runs one instance until it is asked to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from types import FrameType

import uvicorn

from microservice import logs
from microservice.app import Microservice
from microservice.settings import settings_from

_KEEP_ALIVE = 75  # seconds: longer than an ingress controller keeps a connection, so that it is the one to close it
_ENDING = 20  # seconds for requests that are still being answered

log = logging.getLogger("microservice")


class Server(uvicorn.Server):
    """A server that goes on serving for a while once it was asked to end, and says meanwhile that it is not ready."""

    def __init__(self, config: uvicorn.Config, service: Microservice, drain: float) -> None:
        """Set up.

        Args:
            config: The server's own settings.
            service: What it serves.
            drain: For how many seconds it goes on.
        """
        super().__init__(config)
        self._service = service
        self._drain = drain
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)  # type: ignore[arg-type]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal: the first begins the end, the second does not wait for it."""
        if self._loop is None or not self._service.ready:
            super().handle_exit(sig, frame)
            return
        self._service.ready = False
        log.info("asked to end by %s: serving for %g s more", signal.Signals(sig).name, self._drain)
        self._loop.call_soon_threadsafe(self._loop.call_later, self._drain, self._end)

    def _end(self) -> None:
        self.should_exit = True


def main() -> None:
    """Run with the settings of the environment."""
    try:
        settings = settings_from(os.environ)
    except ValueError as error:
        sys.exit(str(error))
    logs.set_up(service=settings.service, pod=settings.pod)
    service = Microservice(settings)
    config = uvicorn.Config(
        service.app(),
        host="0.0.0.0",  # noqa: S104 - a container's own address
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_ENDING,
    )
    Server(config, service, settings.drain_seconds).run()
    log.info("ended")


if __name__ == "__main__":
    main()

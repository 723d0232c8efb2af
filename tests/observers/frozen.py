"""A way to a server that can stop forwarding without closing anything, as a network or a balancer that died does."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

HOST = "127.0.0.1"


class Way:
    """Forwards TCP connections to a port of loopback until it is cut."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((HOST, 0))
        self._open: list[tuple[socket.socket, socket.socket]] = []
        self._cut: set[socket.socket] = set()
        self._blocked = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """The port to connect to."""
        port: int = self._listener.getsockname()[1]
        return port

    def cut(self, *, for_good: bool = False) -> None:
        """Forward nothing more on any connection that is open, and on new ones neither if *for_good*; close none."""
        self._blocked = for_good
        self._cut.update(end for pair in self._open for end in pair)

    def close(self) -> None:
        """Close everything."""
        for end in (self._listener, *(end for pair in self._open for end in pair)):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                pair = self._listener.accept()[0], socket.create_connection((HOST, self._target))
                self._open.append(pair)
                if self._blocked:
                    self._cut.update(pair)
                for here, there in (pair, pair[::-1]):
                    threading.Thread(target=self._forward, args=(here, there), daemon=True).start()

    def _forward(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                if here in self._cut:
                    threading.Event().wait(60)  # longer than any test waits
                there.sendall(data)
            there.shutdown(socket.SHUT_RDWR)

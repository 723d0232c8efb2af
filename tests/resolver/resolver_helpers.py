"""What the tests of the resolver use beside its fixtures."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

HOST = "127.0.0.1"
T = TypeVar("T")


def free_port() -> int:
    """Return a port that is free for UDP and TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((HOST, 0))
            with contextlib.suppress(OSError):
                udp.bind((HOST, tcp.getsockname()[1]))
                return int(tcp.getsockname()[1])


def wait_for(look: Callable[[], T], within: float = 20.0) -> T:
    """Return the first true value that *look* gives within so many seconds."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not (seen := look()):
        assert time.monotonic() < deadline, f"still {seen!r} after {within} s"
        pause.wait(0.02)
    return seen

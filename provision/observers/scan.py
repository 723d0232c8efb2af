"""Which TCP ports of an address take connections: each is tried, none is asked anything."""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections.abc import Iterable, Iterator

_AT_ONCE = 400  # sockets; far below what a process may have open
_SILENT = 2.0  # seconds after which a port that says nothing is taken for filtered
_BEGUN = (0, errno.EINPROGRESS)


def open_ports(address: str, ports: Iterable[int] = range(1, 65536)) -> set[int]:
    """Return those of *ports* at which *address*, an IPv4 address, takes a TCP connection.

    Raises:
        OSError: If it cannot be tried from here: there is no way to the address.
    """
    found: set[int] = set()
    left, waiting = iter(ports), selectors.DefaultSelector()
    with waiting:
        try:
            _fill(waiting, address, left)
            while waiting.get_map():
                for key, _ in waiting.select(_SILENT):
                    _settle(waiting, key, found)
                _give_up(waiting)
                _fill(waiting, address, left)
        finally:
            for key in list(waiting.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]
    return found


def _fill(waiting: selectors.BaseSelector, address: str, left: Iterator[int]) -> None:
    while len(waiting.get_map()) < _AT_ONCE and (port := next(left, None)) is not None:
        attempt = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        attempt.setblocking(False)
        begun = attempt.connect_ex((address, port))
        if begun in _BEGUN:
            waiting.register(attempt, selectors.EVENT_WRITE, (port, time.monotonic()))
            continue
        attempt.close()
        if begun != errno.ECONNREFUSED:
            raise OSError(begun, f"{address}:{port}: {errno.errorcode.get(begun, begun)}")


def _settle(waiting: selectors.BaseSelector, key: selectors.SelectorKey, found: set[int]) -> None:
    attempt: socket.socket = key.fileobj  # type: ignore[assignment]
    ended = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    waiting.unregister(attempt)
    attempt.close()
    if ended == 0:
        found.add(key.data[0])
    elif ended in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        raise OSError(ended, f"no way to port {key.data[0]}")


def _give_up(waiting: selectors.BaseSelector) -> None:
    now = time.monotonic()
    for key in [k for k in waiting.get_map().values() if now - k.data[1] > _SILENT]:
        waiting.unregister(key.fileobj)
        key.fileobj.close()  # type: ignore[union-attr]

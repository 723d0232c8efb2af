"""Every port of an address is tried."""

from __future__ import annotations

import socket

import pytest

from provision.observers.scan import open_ports

ADDRESS = "127.77.66.55"


@pytest.mark.parametrize("listening", [0, 1, 3])
def test_each_port_that_listens_is_found_and_no_other(listening: int) -> None:
    """Whichever ports they are, by connections alone."""
    servers = [socket.create_server((ADDRESS, 0)) for _ in range(listening)]
    try:
        ports = {server.getsockname()[1] for server in servers}
        around = {port + step for port in (ports or {40000}) for step in range(-300, 300)} & set(range(1, 65536))
        assert ports == open_ports(ADDRESS, sorted(around)) - _of_others(around - ports)
    finally:
        for server in servers:
            server.close()


def _of_others(ports: set[int]) -> set[int]:
    """Return those at which somebody else's program listens, on all addresses of this machine."""
    found = set()
    for port in ports:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                found.add(port)
    return found


def test_where_there_is_no_way() -> None:
    """An address that cannot be reached is an error, and no machine without ports."""
    with pytest.raises(OSError, match=r"255\.255\.255\.255"):
        open_ports("255.255.255.255", [80])

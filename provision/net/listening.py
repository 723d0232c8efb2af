"""Which addresses our servers may listen at: those that nobody else reaches."""

from __future__ import annotations

import ipaddress

_OWN = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def may_listen(address: str) -> bool:
    """Return whether *address* is of loopback, or of a private network such as a container engine makes.

    Raises:
        ValueError: If it is no IP address.
    """
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in _OWN)

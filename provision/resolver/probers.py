"""How health checks look: by asking the target, or by asking the estate whether the target's machine runs."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from provision.resolver.health import Check

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client

_CONNECT, _ANSWER = 4.0, 2.0  # seconds that Route53 grants
_CONNECT_AT_LEAST = 1.0  # seconds that a busy machine may need


class HttpProber:
    """Really asks the target.

    Args:
        networks: Where targets may be. Any other address counts as not answering, and nothing is sent to it.
        scale: What the checks' intervals are multiplied by, and with them the time that a connection may take.
    """

    def __init__(self, networks: Sequence[str], scale: float = 1.0) -> None:
        self._networks = [ipaddress.ip_network(network) for network in networks]
        self._connect = max(_CONNECT * scale, _CONNECT_AT_LEAST)

    async def probe(self, check: Check) -> bool:
        """Connect and, but for TCP checks, ask for the path: a status from 200 to 399 is a pass."""
        try:
            address = ipaddress.ip_address(check.address)
        except ValueError:
            return False
        if not any(address in network for network in self._networks):
            return False
        context = None
        if check.type.startswith("HTTPS"):
            context = ssl.create_default_context()
            context.check_hostname = False  # Route53 does not verify certificates either
            context.verify_mode = ssl.CERT_NONE
        try:
            opening = asyncio.open_connection(check.address, check.port, ssl=context)
            reader, writer = await asyncio.wait_for(opening, self._connect)
        except OSError:  # a time-out is one too
            return False
        try:
            return check.type == "TCP" or await asyncio.wait_for(_passes(check, reader, writer), _ANSWER)
        except (OSError, ValueError):  # no answer, or none that is HTTP
            return False
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _passes(check: Check, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    host = f"{check.host}:{check.port}"
    writer.write(f"GET {check.path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    status = (await reader.readline()).split()[1:2]
    return bool(status) and status[0].isdigit() and 200 <= int(status[0]) < 400  # noqa: PLR2004 - HTTP's own


class EstateProber:
    """Asks EC2: an address answers if, and only if, a running instance holds it. Nothing is sent to the address.

    For targets whose machines are simulated.

    Args:
        client: The EC2 client.
        keep: Seconds for which one answer of EC2 serves all checks.
    """

    def __init__(self, client: EC2Client, keep: float = 0.2) -> None:
        self._client = client
        self._keep = keep
        self._lock = asyncio.Lock()
        self._running: frozenset[str] = frozenset()
        self._read_at = float("-inf")

    async def probe(self, check: Check) -> bool:
        """Return whether a running instance holds the check's address."""
        async with self._lock:
            if time.monotonic() - self._read_at > self._keep:
                self._running = await asyncio.to_thread(self._read)
                self._read_at = time.monotonic()
        return check.address in self._running

    def _read(self) -> frozenset[str]:
        pages = self._client.get_paginator("describe_instances").paginate(
            Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
        )
        instances = (i for page in pages for reservation in page["Reservations"] for i in reservation["Instances"])
        return frozenset(
            address
            for instance in instances
            for address in (instance.get("PrivateIpAddress"), instance.get("PublicIpAddress"))
            if address
        )

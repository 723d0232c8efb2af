"""Where the processes of a platform on ``local`` listen: loopback addresses of its own, recorded in its state.

Linux answers on all of 127/8, so each platform takes a block 127.x.y and each master an address in it, with the usual
ports. macOS has 127.0.0.1 alone: there everything differs by port.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.errors import UsageError
from seatrial.provisioning.state import PlatformState

BLOCK_VARIABLE = "SEATRIAL_LOOPBACK"
"""Names a block to use, such as ``127.71.3``, instead of one that is picked."""

MOST_MASTERS = 9
MOST_EXTRA_MEMBERS = 4
_RECORD = "addresses"
_TRIES = 32
_BLOCK = re.compile(r"127\.(\d{1,3})\.(\d{1,3})")
_PORTS_EACH = 128  # how many consecutive ports a platform takes where there is one address only


@dataclass(frozen=True)
class Endpoint:
    """A host and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def pair(self) -> tuple[str, int]:
        """The host and the port."""
        return self.host, self.port

    @property
    def https(self) -> str:
        """The endpoint as an HTTPS address."""
        return f"https://{self.host}:{self.port}"

    @property
    def http(self) -> str:
        """The endpoint as an HTTP address."""
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class EtcdAddresses:
    """Where an etcd member listens."""

    client: Endpoint
    peer: Endpoint


@dataclass(frozen=True)
class MasterAddresses:
    """Where the processes of one master listen."""

    etcd: EtcdAddresses
    apiserver: Endpoint
    controller_manager: Endpoint
    scheduler: Endpoint


@dataclass(frozen=True)
class Addresses:
    """Where everything of a platform listens.

    Attributes:
        block: What it all derives from: a block such as ``127.71.3``, or ``127.0.0.1:<first port>``.
        masters: One for each master, in order.
        front: The Kubernetes API for clients, in front of all masters.
        moto: The AWS API.
        resolver: DNS, over UDP and TCP.
        extra_members: For etcd members beyond the masters' own.
    """

    block: str
    masters: tuple[MasterAddresses, ...]
    front: Endpoint
    moto: Endpoint
    resolver: Endpoint
    extra_members: tuple[EtcdAddresses, ...]

    def listeners(self) -> list[Endpoint]:
        """List every endpoint that a process of the platform binds."""
        found = [self.front, self.moto, self.resolver]
        for master in self.masters:
            found += [master.etcd.client, master.etcd.peer, master.apiserver, master.controller_manager]
            found.append(master.scheduler)
        for member in self.extra_members:
            found += [member.client, member.peer]
        return found


def addresses(block: str, masters: int) -> Addresses:
    """Lay a platform with so many masters out in a block."""
    if ":" in block:
        return _by_port(block, masters)
    return Addresses(
        block=block,
        masters=tuple(
            MasterAddresses(
                etcd=EtcdAddresses(Endpoint(f"{block}.{10 + n}", 2379), Endpoint(f"{block}.{10 + n}", 2380)),
                apiserver=Endpoint(f"{block}.{10 + n}", 6443),
                controller_manager=Endpoint(f"{block}.{10 + n}", 10257),
                scheduler=Endpoint(f"{block}.{10 + n}", 10259),
            )
            for n in range(1, masters + 1)
        ),
        front=Endpoint(f"{block}.10", 6443),
        moto=Endpoint(f"{block}.2", 5000),
        resolver=Endpoint(f"{block}.53", 10053),
        extra_members=tuple(
            EtcdAddresses(Endpoint(f"{block}.{30 + n}", 2379), Endpoint(f"{block}.{30 + n}", 2380))
            for n in range(1, MOST_EXTRA_MEMBERS + 1)
        ),
    )


def claim(state: PlatformState, masters: int, environ: Mapping[str, str] | None = None) -> Addresses:
    """Return the platform's addresses: those recorded, else a free block, which is recorded.

    Args:
        state: Where the block is recorded.
        masters: How many masters the platform has.
        environ: Where `BLOCK_VARIABLE` is looked up; this process's environment unless told.

    Raises:
        UsageError: The block asked for is malformed or taken, or no free one was found; it names port and address.
    """
    recorded = state.read(_RECORD)
    if recorded is not None:
        return addresses(str(recorded["block"]), masters)
    chosen = (os.environ if environ is None else environ).get(BLOCK_VARIABLE)
    if chosen:
        found = addresses(_checked(chosen), masters)
        if taken := first_taken(found):
            raise UsageError(
                f"{BLOCK_VARIABLE}={chosen}: {taken} is taken by another program; end it, or choose another block"
            )
    else:
        found = _pick(state, masters)
    state.write(_RECORD, {"block": found.block})
    return found


def recorded(state: PlatformState, masters: int) -> Addresses | None:
    """Return the addresses that the platform has claimed, or None."""
    record = state.read(_RECORD)
    return None if record is None else addresses(str(record["block"]), masters)


def first_taken(found: Addresses) -> Endpoint | None:
    """Return the first endpoint that cannot be bound, or None when all are free."""
    return next((endpoint for endpoint in found.listeners() if not free(endpoint)), None)


def _pick(state: PlatformState, masters: int) -> Addresses:
    taken = None
    for attempt in range(_TRIES):
        found = addresses(_candidate(str(state.dir), attempt), masters)
        taken = first_taken(found)
        if taken is None:
            return found
    raise UsageError(
        f"no free loopback addresses after {_TRIES} tries: {taken} is taken, perhaps by a program that listens on all "
        f"addresses; end it, or set {BLOCK_VARIABLE}"
    )


def _candidate(key: str, attempt: int) -> str:
    digest = hashlib.sha256(f"{key}#{attempt}".encode()).digest()
    if sys.platform == "darwin":
        return f"127.0.0.1:{20000 + int.from_bytes(digest[:2]) % 200 * _PORTS_EACH}"
    return f"127.{64 + digest[0] % 128}.{digest[1]}"  # leaves 127.0/16 and other low blocks to everybody else


def _checked(block: str) -> str:
    match = _BLOCK.fullmatch(block)
    if not match or any(int(part) > 255 for part in match.groups()):  # noqa: PLR2004 - a byte
        raise UsageError(f"{BLOCK_VARIABLE}: expected three numbers of a loopback block, as in 127.71.3, got {block!r}")
    return block


def _by_port(block: str, masters: int) -> Addresses:
    host, _, first = block.partition(":")
    numbers = iter(range(int(first), int(first) + _PORTS_EACH))

    def one() -> Endpoint:
        return Endpoint(host, next(numbers))

    front, moto, resolver = one(), one(), one()
    return Addresses(
        block=block,
        front=front,
        moto=moto,
        resolver=resolver,
        masters=tuple(MasterAddresses(EtcdAddresses(one(), one()), one(), one(), one()) for _ in range(masters)),
        extra_members=tuple(EtcdAddresses(one(), one()) for _ in range(MOST_EXTRA_MEMBERS)),
    )


def free(endpoint: Endpoint) -> bool:
    """Return whether TCP and UDP of an address are nobody's, those who listen on all addresses among them."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:  # as the servers do: connections in TIME_WAIT do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((endpoint.host, endpoint.port))
            except OSError:
                return False
    return True

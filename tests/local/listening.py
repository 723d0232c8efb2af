"""What the processes of a platform listen on, as the kernel says: TCP, UDP, raw and unix sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.provisioning.marks import Marks
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.state import PlatformState

_LISTENS = "0A"  # TCP_LISTEN
_NO_PEER = "0000"  # the port of the other side of a UDP socket that takes from anybody
_ACCEPTS = 0x10000  # __SO_ACCEPTCON, of a unix socket
_STREAM = "0001"


@dataclass(frozen=True, order=True)
class Listener:
    """A socket that others can reach: the process's name, ``tcp``, ``udp``, ``raw`` or ``unix``, and its address."""

    process: str
    kind: str
    address: str


def listeners(state: PlatformState) -> list[Listener]:
    """List what every process of a platform listens on, its own children included."""
    recorded = {record.pid: record.name for record in ProcessTable(state).list() if record.pid}
    pids = {process.pid: name for process, name in Marks(state).carriers()} | recorded
    found = set()
    for pid, name in pids.items():
        held = set(_sockets(pid))
        found |= {Listener(name, kind, at) for inode, kind, at in reachable(pid) if inode in held}
    return sorted(found)


def _sockets(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        try:
            link = str(file.readlink())
        except OSError:
            continue  # closed meanwhile
        if link.startswith("socket:["):
            yield link[len("socket:[") : -1]


def reachable(pid: int) -> Iterator[tuple[str, str, str]]:
    """Give the inode, the kind and the address of every socket of the process's network that takes from anybody."""
    for table in ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6"):
        kind = table.rstrip("6").replace("udplite", "udp")
        for _, local, remote, state, *rest in _rows(pid, table):
            if state == _LISTENS if kind == "tcp" else remote.endswith(f":{_NO_PEER}"):
                yield rest[5], kind, _address(local)
    for _, _, _, flags, sort, _, inode, *path in _rows(pid, "unix"):
        if int(flags, 16) & _ACCEPTS or (path and sort != _STREAM):
            yield inode, "unix", path[0] if path else "(without a name)"


def _rows(pid: int, table: str) -> list[list[str]]:
    file = Path(f"/proc/{pid}/net/{table}")
    return [line.split() for line in file.read_text().splitlines()[1:]] if file.exists() else []


def _address(written: str) -> str:
    """Read an address as the kernel writes it: words of four bytes in the machine's order, then the port."""
    host, _, port = written.partition(":")
    packed = b"".join(bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8))
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    return f"{socket.inet_ntop(family, packed)}:{int(port, 16)}"

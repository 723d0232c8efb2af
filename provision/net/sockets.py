"""Connections that outlive what they led to: they are ended before their addresses belong to somebody else."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress

from seatrial.checks.convergence import UnmetError, eventually
from seatrial.checks.expectations import equal_to

_SECONDS = 10.0  # a socket is gone at once
_SETTLED = "TIME-WAIT"  # says nothing any more, unless it is spoken to


def destroy(subnet: str) -> None:
    """End every TCP connection of this machine to or from an address of *subnet*.

    A connection that was closed goes on trying to say so for a minute or two. Once the network is gone, that way leads
    out of the machine. Without ``ss`` (of iproute2), or a kernel that lets it, nothing is done.

    Args:
        subnet: A range of addresses that is about to be nobody's, such as ``10.213.7.0/24``.
    """
    program = shutil.which("ss")
    if program is None:
        return
    for way in ("dst", "src"):
        _ask(program, way, subnet, "--kill")
    with suppress(UnmetError):  # a kernel that ends no socket for others: what is left ends by itself
        eventually(lambda: _talking(program, subnet), equal_to([], "connections"), within=_SECONDS)


def _talking(program: str, subnet: str) -> list[str]:
    """Return those that may still say something, as ``ss`` shows them."""
    lines = _ask(program, "dst", subnet).splitlines() + _ask(program, "src", subnet).splitlines()
    return sorted({line for line in lines if line.split()[0] != _SETTLED})


def _ask(program: str, way: str, subnet: str, *options: str) -> str:
    command = [program, "--tcp", "--numeric", "--no-header", *options, "state", "connected", way, subnet]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout

"""What a private engine leaves on the machine besides files: processes, mounts, bridges, packet filter rules."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from provision.engine.packages import which
from seatrial.provisioning import identity

MARK = "SEATRIAL_ENGINE"
"""The environment variable that every process of a private engine carries; its value is the engine's folder."""

_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")
_KILL_SECONDS = 5.0
_TABLES = ("filter", "nat")
_CHAIN = re.compile(r"^:(DOCKER\S*) ", re.MULTILINE)


def processes(folder: Path) -> list[psutil.Process]:
    """List the running processes of the engine in ``folder``: the daemon, containerd, its shims."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            marked = identity.ours(process) and process.environ().get(MARK) == str(folder)
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def kill(folder: Path) -> int:
    """Kill the processes of the engine in ``folder`` and what runs in its containers; return how many there were."""
    marked = processes(folder)
    family = set(marked)
    for process in marked:
        with suppress(psutil.Error):
            family.update(process.children(recursive=True))
    family.discard(psutil.Process())
    for process in family:
        identity.send(process, signal.SIGKILL)
    psutil.wait_procs(family, timeout=_KILL_SECONDS)
    return len(family)


def unmount(folders: Iterable[Path]) -> list[str]:
    """Unmount some folders and everything below them, the deepest first; return what was mounted."""
    mounted = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    prefixes = tuple(f"{folder}/" for folder in folders)
    points = sorted((point for point in mounted if f"{point}/".startswith(prefixes)), key=len, reverse=True)
    for point in points:
        subprocess.run(["umount", "--lazy", point], capture_output=True, check=False)
    return points


def remove_bridges(names: Iterable[str]) -> None:
    """Remove network bridges that are still there."""
    for name in names:
        if Path("/sys/class/net", name, "bridge").exists():
            subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)


def packet_filter_chains() -> list[tuple[str, str]]:
    """List Docker's own chains in the packet filter, as (table, chain)."""
    return [(table, chain) for table in _TABLES for chain in _CHAIN.findall(_save(table))]


def remove_packet_filter_chains(chains: Sequence[tuple[str, str]], bridges: Sequence[str]) -> None:
    """Remove chains of the packet filter, every rule that jumps to them, and every rule about some bridges."""
    names = {chain for _, chain in chains} | set(bridges)
    for table in {table for table, _ in chains}:
        for line in _save(table).splitlines():
            words = line.split()
            if words[:1] == ["-A"] and words[1] not in names and names.intersection(words[2:]):
                _iptables(table, "-D", *words[1:])
    for action in ("-F", "-X"):
        for table, chain in chains:
            _iptables(table, action, chain)


def forwarding() -> list[str]:
    """Tell whether this machine passes packets on, and what becomes of those that no rule is about."""
    policy = re.search(r"^:FORWARD (\w+)", _save("filter"), re.MULTILINE)
    return [_FORWARD.read_text().strip(), policy.group(1) if policy else "ACCEPT"]


def restore_forwarding(before: Sequence[str]) -> None:
    """Undo what Docker has changed of what `forwarding` told."""
    if forwarding() != list(before):
        _FORWARD.write_text(before[0])
        _iptables("filter", "-P", "FORWARD", before[1])


def _save(table: str) -> str:
    program = which("iptables-save")
    if program is None:
        return ""
    return subprocess.run([program, "-t", table], capture_output=True, text=True, check=False).stdout


def _iptables(table: str, *arguments: str) -> None:
    program = which("iptables") or "iptables"
    environ = {**os.environ, "LC_ALL": "C"}
    subprocess.run([program, "-w", "-t", table, *arguments], capture_output=True, check=False, env=environ)

"""The inside of the machines: what runs on them, what lies on them, and at which ports they take connections."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

import testinfra
from testinfra.host import Host

from provision.observers.scan import open_ports
from seatrial.checks.observer import Fidelity, NotProvableError, Observer, Recorder, reading

T = TypeVar("T")
Rows = dict[str, dict[str, object]]

_AT_ONCE = 8  # machines that are looked into at a time
_KEYS = "BEGIN [A-Z ]*PRIVATE KEY-|client-key-data: *[A-Za-z0-9+/]{40}|^ *token: *[A-Za-z0-9._-]{20}"
"""A key or a token itself, and no document that speaks of one, as kubectl keeps some of the API's."""
_FOLDERS = "/etc /home /opt /root /srv /tmp /var/lib/etcd /var/lib/kubelet/pki /var/tmp"
# /var/lib/kubelet/pods is left out: what lies there is a pod's own, in folders that only root may enter.
_POD = re.compile(r"pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})")
_ROOT_FIELD = 3  # of a line of mountinfo: what of its file system is mounted


@dataclass(frozen=True)
class Way:
    """How the inside of one machine is reached.

    Attributes:
        url: What testinfra connects to: ``docker://name``, ``podman://name``, ``ssh://address``.
        address: Its address for other machines.
        role: ``master`` or ``node``.
    """

    url: str
    address: str
    role: str


class Hosts(Observer):
    """Looks into every machine of the platform.

    Args:
        ways: Gives the way into each machine, by its name.
        fidelity: How true machines are on this target.
        kernel: Why a machine's kernel is not its own, where that is so.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        ways: Callable[[], Mapping[str, Way]],
        *,
        fidelity: Fidelity,
        kernel: str = "",
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("hosts", fidelity, recorder)
        self._ways = ways
        self._kernel = kernel

    @reading
    def services(self, *names: str) -> Rows:
        """Return the services *names* of every machine: whether each runs, and whether it starts when it boots."""

        def look(host: Host, _way: Way) -> Rows:
            found = {name: host.service(name) for name in names}
            return {
                name: {"runs": bool(s.is_running), "starts_at_boot": bool(s.is_enabled)} for name, s in found.items()
            }

        return {f"{machine}/{name}": row for machine, rows in self._each(look).items() for name, row in rows.items()}

    @reading
    def private_files(self) -> Rows:
        """Return every file of every machine that holds a private key or a token: its owner, and who else may read it.

        Raises:
            RuntimeError: If a machine cannot be searched.
        """

        def look(host: Host, _way: Way) -> Rows:
            files = f"grep -rlsE --null '{_KEYS}' {_FOLDERS} | xargs -0 -r stat -c '%a %U %n'"
            found = host.run(files)
            if found.stderr.strip():
                raise RuntimeError(f"searched for keys: {found.stderr.strip()[:300]}")
            lines = [line.split(" ", 2) for line in found.stdout.splitlines()]
            return {name: {"owner": owner, "open_to": _others(int(mode, 8))} for mode, owner, name in lines}

        return {f"{machine}:{file}": row for machine, rows in self._each(look).items() for file, row in rows.items()}

    @reading
    def mounted(self, path: str) -> Rows:
        """Return every pod, by its uid, in which something is mounted at *path*: the ``folder`` that is, by its name.

        What the kernel says of the mounts of running processes, whatever the cluster's API says of the pod.
        """
        place = shlex.quote(f" {path} ")
        files = f"$(grep -lsF {place} /proc/[0-9]*/mountinfo)"
        script = f"for f in {files}; do grep -hsF {place} $f; cat ${{f%/*}}/cgroup; echo; done"

        def look(host: Host, _way: Way) -> Rows:
            return mounts_by_pod(host.check_output(script))

        return {uid: {"machine": name, **row} for name, rows in self._each(look).items() for uid, row in rows.items()}

    @reading
    def ports(self, role: str) -> Rows:
        """Return the TCP ports at which every machine of *role* takes connections from another; all were tried."""
        found = {name: way for name, way in self._ways().items() if way.role == role}
        return {name: {"ports": open_ports(way.address)} for name, way in found.items()}

    @reading
    def swap(self) -> Rows:
        """Return every machine: the files and disks that it swaps ``to``.

        Raises:
            NotProvableError: If a machine's kernel is not its own on this target.
        """
        self._need_kernels()

        def look(host: Host, _way: Way) -> dict[str, object]:
            lines = host.check_output("cat /proc/swaps").splitlines()[1:]  # the first one names the columns
            return {"to": {line.split()[0] for line in lines}}

        return self._each(look)

    @reading
    def clocks(self) -> Rows:
        """Return every machine: ``off_by``, the seconds by which its clock surely differs from ours.

        Raises:
            NotProvableError: If a machine's kernel is not its own on this target.
        """
        self._need_kernels()

        def look(host: Host, _way: Way) -> dict[str, object]:
            before = time.time()
            said = float(host.check_output("date +%s.%N"))
            after = time.time()
            return {"off_by": round(max(before - said, said - after, 0.0), 3)}

        return self._each(look)

    def _need_kernels(self) -> None:
        if self._kernel:
            raise NotProvableError(self._kernel)

    def _each(self, look: Callable[[Host, Way], T]) -> dict[str, T]:
        ways = self._ways()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda way: look(testinfra.get_host(way.url), way), ways.values())
            return dict(zip(ways, found, strict=True))


def mounts_by_pod(said: str) -> Rows:
    """Return every pod, by its uid, with the ``folder`` that a process of it has mounted.

    Args:
        said: Of each process a line of its mountinfo and the lines of its cgroups, and an empty line.
    """
    found: Rows = {}
    for process in said.split("\n\n"):
        if uid := _POD.search(process):
            folder = PurePosixPath(process.strip().split("\n", 1)[0].split()[_ROOT_FIELD]).name
            found[uid[1].replace("_", "-")] = {"folder": folder}
    return found


def _others(mode: int) -> str:
    """Say who but its owner may read a file."""
    return " and ".join(who for who, bit in (("its group", 0o040), ("everybody", 0o004)) if mode & bit) or "nobody"

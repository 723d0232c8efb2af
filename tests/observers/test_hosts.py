"""What is read of a machine's kernel is its own, or not provable."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.observers.hosts import Hosts, Way, mounts_by_pod
from seatrial.checks.observer import Fidelity, NotProvableError

_SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
_DISK = "/dev/sda2                               partition\t2097148\t\t0\t\t-2\n"


@pytest.fixture
def hosts() -> Hosts:
    """This machine, as if it were one of a platform."""
    return Hosts(lambda: {"here": Way("local://", "127.0.0.1", "node")}, fidelity=Fidelity.REAL)


@pytest.mark.parametrize(("swaps", "to"), [(_SWAPS, set()), (_SWAPS + _DISK, {"/dev/sda2"})])
def test_what_a_machine_swaps_to_is_named(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: str, to: set[str]
) -> None:
    """A disk that it swaps to is named; without one there is none."""
    (tmp_path / "swaps").write_text(swaps)
    _says(tmp_path, "cat", 'read_from=$(dirname "$0")/swaps; while IFS= read -r l; do echo "$l"; done <"$read_from"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert {"here": {"to": to}} == hosts.swap()


def test_a_clock_that_is_right(hosts: Hosts) -> None:
    """Our own clock is not off by more than the question took."""
    assert {"here": {"off_by": 0.0}} == hosts.clocks()


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_clock_that_is_wrong(hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """One that goes before or behind ours is off by as much, less what the question took."""
    _says(tmp_path, "date", f"exec /bin/date -d '{seconds} seconds' +%s.%N")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    off = hosts.clocks()["here"]["off_by"]
    assert isinstance(off, float)
    assert 30 < off <= 90


def test_a_kernel_that_is_shared() -> None:
    """Where machines share a kernel, what it has is no word about them."""
    hosts = Hosts(dict, fidelity=Fidelity.REAL, kernel="they share one")
    for look in (hosts.swap, hosts.clocks):
        with pytest.raises(NotProvableError, match="they share one"):
            look()


def test_what_a_pod_has_mounted() -> None:
    """By the uid of its pod, however its cgroup writes it; a process of no pod is left out."""
    uid, other = "0b5f0c52-1c1e-4d7c-9b1e-0a4f0d7c1f2a", "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b"
    mount = "700 600 8:1 /lib/volumes/{} /data/db rw - ext4 /dev/vda rw\n"
    said = (
        f"{mount.format('vol-1')}0::/kubepods-pod{uid.replace('-', '_')}.slice/cri-1.scope\n\n"
        f"{mount.format('vol-2')}1:cpu:/kubepods/besteffort/pod{other}/2\n0::/\n\n"
        f"{mount.format('vol-3')}0::/system.slice/backup.service\n\n"
    )
    assert {uid: {"folder": "vol-1"}, other: {"folder": "vol-2"}} == mounts_by_pod(said)
    assert {} == mounts_by_pod("")


def _says(folder: Path, program: str, script: str) -> None:
    file = folder / program
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)

"""Debian packages that this machine lacks: as root on Debian those that are pinned are installed, and nothing else."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from provision.debian.apt import Apt
from provision.debian.errors import DebianError
from provision.debian.packages import Debian
from provision.programs import complete
from provision.toolchain import cache_dir

MACHINE_LOCK: Final = Path(__file__).with_name("machine.lock")
MACHINE_PACKAGES: Final = ("docker.io", "iptables", "runc", "iproute2", "debootstrap", "tar", "coreutils")
"""What a private engine and the making of the nodes' image need; the lock has what these need, too."""

_RELEASE = ("debian", "12", "x86_64")
_LISTS = Path("/var/lib/apt/lists")
_PLAIN = ("--no-install-recommends", "--no-remove")
_WAIT = ("--quiet", "-o", "DPkg::Lock::Timeout=300")
_ENVIRON = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def install_missing(packages: Sequence[str], say: Callable[[str], None]) -> None:
    """Install *packages* on this machine, as they are pinned.

    Args:
        packages: Their names.
        say: Told what is installed.

    Raises:
        DebianError: They cannot be installed here, or not as they are pinned; the message says why.
    """
    if os.geteuid() != 0 or not Apt.there() or _release() != _RELEASE:
        raise DebianError(
            f"These Debian packages, or what they are called here, are needed: {' '.join(packages)}. Install them and "
            "try again; as root on Debian 12 (amd64), for which their versions are pinned, this is done for you."
        )
    if not any(_LISTS.glob("*_Packages*")):
        say("fetching Debian's package lists")
        _apt("update")
    say(f"installing {' '.join(packages)}, as {MACHINE_LOCK.name} has them")
    install(packages, Debian(cache_dir(os.environ) / "images" / "debian", MACHINE_LOCK))


def install(packages: Sequence[str], debian: Debian) -> None:
    """Install *packages* and what they need beside what this machine has, from files with the hashes that are pinned.

    Raises:
        DebianError: One of them is not pinned, cannot be had, or is not what is pinned, or something would be removed
            for them; nothing is installed then.
    """
    files: dict[str, Path] = {}
    wanted = set(packages)
    while wanted - files.keys():
        files = {pin.name: debian.file(pin) for pin in debian.ensure(sorted(wanted))}
        wanted |= _planned(files.values())
    with tempfile.TemporaryDirectory(prefix="seatrial-") as nothing:  # apt knows of no package but these files
        known = ("-o", f"Dir::State::lists={nothing}", "-o", f"Dir::Cache={nothing}")
        _apt("install", "--yes", *_PLAIN, *known, *map(str, files.values()))


def _planned(files: Iterable[Path]) -> set[str]:
    """Return the names of all packages that apt would install with those of *files*: what they need among them."""
    said = _apt("install", "--simulate", *_PLAIN, *map(str, files))
    return {line.split()[1] for line in said.splitlines() if line.startswith("Inst ")}


def _apt(*arguments: str) -> str:
    environment = {**os.environ, **_ENVIRON}
    called = f"apt-get {arguments[0]}"
    return complete(
        "apt-get", *_WAIT, *arguments, missing="apt", raising=DebianError, called=called, environment=environment
    )


def _release() -> tuple[str, str, str]:
    try:
        said = platform.freedesktop_os_release()
    except OSError:
        said = {}
    return said.get("ID", ""), said.get("VERSION_ID", ""), platform.machine()

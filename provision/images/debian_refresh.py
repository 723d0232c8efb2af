"""Writes the locks of Debian's packages anew: `python -m provision.images.debian_refresh`.

What the lists of this machine's apt have is taken. They are signed by Debian, and apt checks that; from then on the
hashes count that are committed.

With ``--if-gone`` the locks are left alone as long as what they pin can be had: for whoever cannot wait for a commit.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from provision.debian.apt import Apt
from provision.debian.errors import DebianError, GoneError
from provision.debian.installing import MACHINE_LOCK, MACHINE_PACKAGES
from provision.debian.lock import LOCK, PIN, Pin, pins, write
from provision.debian.packages import Debian
from provision.images.node_packages import NODE_LOCK, PACKAGES
from provision.images.recipes import packages
from provision.toolchain import cache_dir
from provision.toolchain.errors import ToolchainError


def refresh(names: Iterable[str], apt: Apt, lock: Path = LOCK) -> Sequence[Pin]:
    """Write the lock anew, with the versions of *names* that apt would install now; return them.

    Raises:
        DebianError: apt has no list, or not one of the packages.
    """
    apt.update()
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    wanted = sorted(set(names))
    facts = apt.candidates(wanted)
    found = [_pin(name, facts.get(name, {}), stamp) for name in wanted]
    write(found, stamp, lock)
    return found


def _pin(name: str, facts: Mapping[str, str], stamp: str) -> Pin:
    try:
        pin = Pin(name, facts["Version"], facts["SHA256"], facts["Filename"].removeprefix("./"), stamp)
    except KeyError as error:
        raise DebianError(f"{name}: apt's lists of packages do not say its {error.args[0]}") from error
    if facts.get("Architecture") not in ("amd64", "all") or not PIN.fullmatch(str(pin)):
        raise DebianError(f"{name}: expected a package for amd64 in the archive's pool, got {pin}")
    return pin


def gone(debian: Debian, names: Sequence[str]) -> str:
    """Say which version that is pinned can be had no more; nothing when all of them can, or no image is built here.

    Raises:
        DebianError: Something else is wrong: a file is not the one that is pinned, or there is no archive.
    """
    if not Apt.there():
        return ""
    try:
        debian.ensure(names)
    except GoneError as error:
        return str(error)
    return ""


def main() -> int:
    """Write the locks of what recipes name, of the nodes' image and of what a machine needs that runs containers."""
    folder = cache_dir(os.environ) / "images" / "debian"
    apt = Apt(folder)
    try:
        if "--if-gone" in sys.argv[1:]:
            why = gone(Debian(folder), sorted(packages()))
            for lock in (NODE_LOCK, MACHINE_LOCK):
                why = why or gone(Debian(folder, lock), sorted(pins(lock)))
            if not why:
                return 0
            sys.stdout.write(f"{why}\nnot what is committed is pinned from here on, but what the archive has:\n")
        apt.update()
        machine = apt.closure(MACHINE_PACKAGES)
        for lock, names in ((LOCK, packages()), (NODE_LOCK, apt.closure(PACKAGES)), (MACHINE_LOCK, machine)):
            sys.stdout.write(f"{lock}: {len(refresh(names, apt, lock))} packages\n")
    except (DebianError, ToolchainError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

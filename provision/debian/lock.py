"""Which packages of Debian the images are made of: names, versions and hashes, as the repository has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provision.debian.errors import DebianError

LOCK: Final = Path(__file__).with_name("debian.lock")
REFRESH: Final = "python -m provision.images.debian_refresh"
SNAPSHOT: Final = "https://snapshot.debian.org/archive"
"""Where Debian keeps every version of every package, with all states of its archive by time."""

_STAMP = re.compile(r"snapshot (\d{8}T\d{6}Z)")
PIN = re.compile(r"([a-z0-9][a-z0-9.+-]+) ([0-9][A-Za-z0-9.:~+-]*) ([0-9a-f]{64}) (pool/[A-Za-z0-9._:~+/-]+\.deb)")

_HEAD = f"""\
# The packages of Debian 12 (amd64) that images are made of: name, version, SHA-256, place in the archive.
# Written by `{REFRESH}`; a version that the archive has no more is taken from its snapshot.
"""


@dataclass(frozen=True)
class Pin:
    """One package: its name, its version, its file's SHA-256, its place in the archive, and when the archive had it."""

    name: str
    version: str
    sha256: str
    place: str
    stamp: str = ""

    def __str__(self) -> str:
        """Return the line of the lock."""
        return f"{self.name} {self.version} {self.sha256} {self.place}"

    def snapshot(self, archive: str = SNAPSHOT) -> str:
        """Return where the file stays, whatever the archive has by now."""
        kind = "debian-security" if self.place.startswith("pool/updates/") else "debian"
        return f"{archive}/{kind}/{self.stamp}/{self.place}"


def pins(lock: Path = LOCK) -> dict[str, Pin]:
    """Return what the lock has, by name.

    Raises:
        DebianError: It is not there, or a line is not what it should be; it names the line.
    """
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DebianError(f"{lock}: {error.strerror}; `{REFRESH}` writes it") from error
    found, stamp = {}, ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("#") or not line:
            continue
        if match := _STAMP.fullmatch(line):
            stamp = match[1]
        elif match := PIN.fullmatch(line):
            found[match[1]] = Pin(match[1], match[2], match[3], match[4], stamp)
        else:
            raise DebianError(
                f"{lock}:{number}: expected a name, a version, a SHA-256 and a place in the archive, got {line[:80]!r}"
            )
    if not stamp:
        raise DebianError(f"{lock}: no line says since when, such as `snapshot 20260101T000000Z`")
    return found


def pinned(names: Iterable[str], lock: Path = LOCK) -> list[Pin]:
    """Return the pins of the packages *names*.

    Raises:
        DebianError: One is not in the lock.
    """
    known = pins(lock)
    wanted = sorted(set(names))
    if missing := [name for name in wanted if name not in known]:
        raise DebianError(f"{lock} has no {', '.join(missing)}; `{REFRESH}` adds what the recipes name")
    return [known[name] for name in wanted]


def write(found: Sequence[Pin], stamp: str, lock: Path = LOCK) -> None:
    """Write the lock: *found* is what the archive has at the time *stamp*, such as ``20260101T000000Z``."""
    lock.write_text("\n".join([f"{_HEAD}snapshot {stamp}", *map(str, found)]) + "\n", encoding="utf-8")

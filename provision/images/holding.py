"""What a part of an image holds that others have made, each with version and hashes, as the repository pins them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from provision.debian.lock import Pin

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_REQUIRED = re.compile(r"^(?:require\s+|\t)(\S+) (v\S+)(?: //.*)?$")
_REPLACED = re.compile(r"^(?:replace\s+|\t)(\S+)(?: v\S+)? => (\S+) (v\S+)$")


@dataclass(frozen=True, order=True)
class Holding:
    """Something of somebody else's.

    Attributes:
        kind: Where it is from: a package of Debian, a Go module, a package of Python, an artefact of Maven, or this
            machine itself.
        group: Its namespace there, empty where there is none.
        name: Its name.
        version: Its version.
        hashes: SHA-256 of it; of several files, of which one is taken, where the platform decides.
    """

    kind: Literal["deb", "golang", "pypi", "maven", "generic"]
    group: str
    name: str
    version: str
    hashes: tuple[str, ...] = ()


def of_debian(pin: Pin) -> Holding:
    """Return a package of Debian."""
    return Holding("deb", "debian", pin.name, pin.version, (pin.sha256,))


def of_maven(coordinates: str, sha256: str) -> Holding:
    """Return an artefact of Maven, of coordinates ``group:artifact:version:packaging``."""
    group, artifact, version, _ = coordinates.split(":")
    return Holding("maven", group, artifact, version, (sha256,))


def locked(lock: Path) -> Iterator[Holding]:
    """Return the packages of Python that a lock file pins."""
    yield from locked_in(lock.read_text(encoding="utf-8"))


def locked_in(text: str) -> Iterator[Holding]:
    """Return the packages of Python that the *text* of a lock file pins."""
    for requirement in text.replace("\\\n", " ").splitlines():
        if match := _LOCKED.match(requirement):
            name = re.sub(r"[-_.]+", "-", match[1]).lower()
            yield Holding("pypi", "", name, match[2], tuple(sorted(_HASH.findall(requirement))))


def modules(folder: Path) -> Iterator[Holding]:
    """Return the Go modules that a program may be built from: what its go.mod asks for and its go.sum has.

    Their hashes are those of go.sum (``h1``): SHA-256 of the list of all files of the module with their own.
    """
    sums = {}
    for line in (folder / "go.sum").read_text(encoding="utf-8").splitlines():
        path, version, digest = line.split(" ")
        sums[path, version] = base64.b64decode(digest.removeprefix("h1:")).hex()
    lines = (folder / "go.mod").read_text(encoding="utf-8").splitlines()
    replaced = {match[1]: (match[2], match[3]) for line in lines if (match := _REPLACED.match(line))}
    for line in lines:
        if match := _REQUIRED.match(line):
            path, version = replaced.get(match[1], (match[1], match[2]))
            if (path, version) in sums:
                group, _, name = path.rpartition("/")
                yield Holding("golang", group, name, version, (sums[path, version],))

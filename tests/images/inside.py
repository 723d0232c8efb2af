"""What the layers of an image really hold of others' work: read from their files, not from what was asked for."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

Names = set[tuple[str, str]]
_BEGIN, _END = bytes.fromhex("3077af0c9274080241e1c107e6d618e6"), bytes.fromhex("f932433186182072008242104116d8f2")
_MERGED = re.compile(r"^(bin|sbin|lib|lib64)/")
_OURS = re.compile(r"(app|opt/resource)/|etc/(passwd|group|nsswitch\.conf)$|(bin|sbin|lib|lib64)$")
_DIST = re.compile(r"app/([^/]+)-([^/-]+)\.dist-info/METADATA")


def files(tar: IO[bytes]) -> dict[str, str]:
    """Return the hash of each file in a tar file, by its path; /bin and the like are /usr/bin. Links have none."""
    with tarfile.open(fileobj=tar) as opened:
        return {
            _MERGED.sub(r"usr/\1/", member.name.removeprefix("./")): _digest(opened, member)
            for member in opened
            if not member.isdir()
        }


def of_layer(layer: Path) -> dict[str, str]:
    """Return the hash of each file of a layer, by its path; of a type of resources, of what its archive has."""
    with layer.open("rb") as file:
        found = files(file)
    packed = [name for name in found if name.endswith("/rootfs.tgz")]
    if not packed:
        return found
    with tarfile.open(layer) as tar:
        archives = [tar.extractfile(name) for name in packed]
        inner = [files(BytesIO(archive.read())) for archive in archives if archive]
    return {path: digest for one in inner for path, digest in one.items() if not _OURS.match(path)}


def of_package(deb: Path) -> dict[str, str]:
    """Return the hash of each file of a package of Debian, by its path, as dpkg unpacks it."""
    return files(BytesIO(subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], capture_output=True, check=True).stdout))


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = None if member.issym() else tar.extractfile(member)
    return hashlib.sha256(file.read()).hexdigest() if file else ""


def python(layers: Iterable[Path]) -> Names:
    """Return the name and version of every package of Python that is installed beside an app."""
    found = (_DIST.fullmatch(name) for layer in layers for name in of_layer(layer))
    return {(re.sub(r"[-_.]+", "-", match[1]).lower(), match[2]) for match in found if match}


def go(layer: Path) -> Iterator[tuple[str, str, str]]:
    """Return the path, the version and the hash of each module that the programs of a layer were built from."""
    with tarfile.open(layer) as tar:
        for member in tar:
            yield from go_program(file.read() if member.isfile() and (file := tar.extractfile(member)) else b"")


def go_program(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Return the same of one program; of what is none, nothing."""
    if content.startswith(b"\x7fELF") and _BEGIN in content:
        begin = content.index(_BEGIN) + len(_BEGIN)
        yield from _modules(content[begin : content.index(_END, begin)].decode())


def _modules(told: str) -> Iterator[tuple[str, str, str]]:
    rows = [line.split("\t") for line in told.splitlines()]
    for at, row in enumerate(rows):
        replaced = at + 1 < len(rows) and rows[at + 1][0] == "=>"
        if row[0] in ("dep", "mod", "=>") and not replaced and len(row) > 3 and row[3].startswith("h1:"):
            yield row[1], row[2], base64.b64decode(row[3][3:]).hex()

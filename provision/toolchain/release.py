"""Official releases: addresses, mirrors, hashes, archives."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from provision.toolchain.download import Unreachable, fetch_file, fetch_text
from provision.toolchain.errors import ToolchainError, Unavailable
from provision.toolchain.lockfile import TrustedHashes
from provision.toolchain.locking import held
from provision.toolchain.model import Tool
from provision.toolchain.progress import Work

_SHA256 = re.compile(r"\b[0-9a-fA-F]{64}\b")


class Releases:
    """Gets tools from their official release, or from a mirror of it."""

    def __init__(self, cache: Path, environ: Mapping[str, str], trusted: TrustedHashes, platform: str) -> None:
        """Read ``SEATRIAL_MIRROR`` and ``SEATRIAL_DOWNLOADS`` from ``environ``.

        Raises:
            ToolchainError: One of them has no meaning.
        """
        self._downloads = cache / "downloads"
        self._locks = cache / "locks"
        self._trusted = trusted
        self._platform = platform
        self._mirror = _mirror(environ.get("SEATRIAL_MIRROR", ""))
        self._never = _never(environ.get("SEATRIAL_DOWNLOADS", ""))
        self._unreachable: dict[str, str] = {}

    def offered(self, tool: Tool) -> str:
        """Return the address that ``tool`` would be downloaded from.

        Raises:
            Unavailable: It would not be, and why.
        """
        if self._never:
            reason = "SEATRIAL_DOWNLOADS=never"
            raise Unavailable(reason)
        if self._platform not in tool.release.platforms:
            reason = f"{tool} has no official release for {self._platform}"
            raise Unavailable(reason)
        return self._mirrored(self._fill(tool, tool.release.url))

    def known(self, tool: Tool) -> str | None:
        """Return the hash that a release is held to, pinned in the catalogue or trusted before; nothing without one."""
        if pinned := tool.release.pins.get(self._platform):
            return pinned
        with suppress(ToolchainError):  # a damaged list is told of where it is needed
            return self._trusted.get(self._fill(tool, tool.release.url))
        return None

    def fetch(self, tool: Tool, work: Work, scratch: Path) -> str:
        """Download ``tool`` to ``scratch``, its hash checked, and return the address that it came from.

        Raises:
            Unavailable: It cannot be had here now, and why.
            ChecksumError: What was had is not what was published; it was removed.
        """
        address = self.offered(tool)
        host = urlsplit(address).netloc
        if host in self._unreachable:
            raise Unreachable(self._unreachable[host])
        try:
            self._fetch(tool, address, work, scratch)
        except Unreachable as error:
            self._unreachable[host] = str(error)
            raise
        return address

    def _fetch(self, tool: Tool, address: str, work: Work, scratch: Path) -> None:
        sha256, told_by = self._hash(tool)
        # The hash in the name: a part of one release is never gone on with by another.
        file = self._downloads / f"{sha256[:16]}-{address.rsplit('/', 1)[-1]}"
        part = file.with_name(f"{file.name}.part")
        detail = f"downloading {address}"

        def tell(done: int, total: int | None) -> None:
            work.bytes_had(detail, done, total)

        with held(self._locks / f"{file.name}.lock", lambda: work.say("waiting", f"another run downloads {address}")):
            work.say("downloading", detail)
            if tool.release.member is None:
                fetch_file(address, part, sha256, told_by, tell)
                part.replace(scratch)
                return
            # An archive with several tools is downloaded for the first and kept for the others; each use checks it.
            if file.exists():
                file.replace(part)
            fetch_file(address, part, sha256, told_by, tell)
            _extract(part, self._fill(tool, tool.release.member), scratch)
            part.replace(file)

    def _hash(self, tool: Tool) -> tuple[str, str]:
        if pinned := tool.release.pins.get(self._platform):
            return pinned, "pinned in the catalogue"
        official = self._fill(tool, tool.release.url)
        if known := self._trusted.get(official):
            return known, f"held to by {self._trusted.path}"
        if tool.release.hashes is None:
            reason = f"no hash is known of {official}"
            raise Unavailable(reason)
        address = self._mirrored(self._fill(tool, tool.release.hashes))
        published = _published(fetch_text(address), official.rsplit("/", 1)[-1])
        if published is None:
            reason = f"{address} has no SHA-256 of the file"
            raise Unavailable(reason)
        return self._trusted.trust(official, published), f"published at {address}, held to by {self._trusted.path}"

    def _fill(self, tool: Tool, text: str) -> str:
        system, _, machine = self._platform.partition("-")
        ext = tool.release.ext.get(system, "")
        words = {"version": tool.version, "os": system, "arch": machine, "ext": ext}
        return text.format(**words, url=tool.release.url.format(**words))

    def _mirrored(self, url: str) -> str:
        return self._mirror + urlsplit(url).path if self._mirror else url


def _published(text: str, name: str) -> str | None:
    """Find a file's SHA-256 in ``sha256sum``'s format, alone in a file, or in GitHub's description of a release."""
    if text.lstrip().startswith("{"):
        try:
            assets = json.loads(text)["assets"]
            digest = next(str(asset["digest"]) for asset in assets if asset["name"] == name)
        except (ValueError, LookupError, TypeError, StopIteration):
            return None
        match = _SHA256.search(digest.removeprefix("sha256:"))
        return match.group().lower() if match else None
    for line in text.splitlines():
        words = line.split()
        if words and _SHA256.fullmatch(words[0]) and (len(words) == 1 or words[-1].lstrip("*") == name):
            return words[0].lower()
    return None


def _extract(archive: Path, member: str, target: Path) -> None:
    missing = f"{archive.name} has no {member}: the release is not laid out as the catalogue says."
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped, zipped.open(member) as source:
                _copy(source, target)
            return
        with tarfile.open(archive) as tar:
            extracted = tar.extractfile(member)
            if extracted is None:
                raise ToolchainError(missing)
            with extracted as source:
                _copy(source, target)
    except KeyError as error:
        raise ToolchainError(missing) from error


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _mirror(value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        text = f"SEATRIAL_MIRROR is {value!r}: it must be an address such as http://mirror.example.com/releases."
        raise ToolchainError(text)
    return value.rstrip("/")


def _never(value: str) -> bool:
    if value not in {"", "never"}:
        text = f"SEATRIAL_DOWNLOADS is {value!r}: it must be 'never' (nothing is downloaded) or unset."
        raise ToolchainError(text)
    return value == "never"

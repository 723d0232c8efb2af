"""The cache: tools by name, version and platform, each with a record of what it must be."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from provision.toolchain.errors import ToolchainError
from provision.toolchain.locking import make_folder
from provision.toolchain.model import Tool
from seatrial import contained
from seatrial.errors import StateError

_RECORD = 0o644  # readable, as the tool is: a cache may be root's, and used by others


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Return where tools are kept: ``$SEATRIAL_CACHE``, else ``seatrial`` in the XDG cache directory."""
    if own := environ.get("SEATRIAL_CACHE"):
        return Path(own).expanduser().absolute()
    xdg = Path(environ.get("XDG_CACHE_HOME") or "")
    # The XDG specification has a relative path ignored.
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "seatrial"


def sha256_of(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def owned(path: Path) -> bool:
    """Tell whether a file or folder is ours, or root's, and nobody else's to write; a link is not."""
    found = path.lstat()
    theirs = found.st_uid not in (0, os.geteuid()) or stat.S_IMODE(found.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
    return not theirs and not stat.S_ISLNK(found.st_mode)


@dataclass(frozen=True)
class Record:
    """What a cached file was when it was put there: the hash, and what tells cheaply that it is still that.

    Attributes:
        sha256: The file's hash.
        size: Its size.
        mtime_ns: When it was changed last.
        source: Where it came from.
        release: The hash of the release that it came from, as it was checked then; nothing of what was built here.
    """

    sha256: str
    size: int
    mtime_ns: int
    source: str
    release: str = ""

    @property
    def built(self) -> bool:
        """Whether it was built here, from modules whose hashes are checked by Go."""
        return self.source.startswith("build ")


class Entry:
    """One tool's place in the cache, and the record beside it.

    Args:
        cache: The cache's folder.
        tool: The tool.
        platform: The platform.
        release: The hash that its release is held to, where one is known: what came from another is not taken.
    """

    def __init__(self, cache: Path, tool: Tool, platform: str, release: str | None = None) -> None:
        """Name the place; nothing is made yet."""
        self._cache, self._release = cache, release
        self.folder = cache / "tools" / tool.name / tool.version / platform
        self.path = self.folder / tool.name
        self.record_path = self.folder / f"{tool.name}.json"
        self.lock_path = cache / "locks" / f"{tool.name}-{tool.version}-{platform}.lock"

    def intact(self) -> bool:
        """Tell whether the tool is there and what it was when it came, from the release that is held to now.

        Size and time are compared; only when they differ from the record is the file hashed. Both mean something as
        nobody else may write here.

        Raises:
            ToolchainError: Somebody else could have written what is there.
        """
        self.see_ours()
        record = self._record()
        try:
            there = self.path.stat()
            if record is None or not all(owned(path) for path in (self.path, self.record_path)):
                return False
            if self._release and (record.release or record.sha256) != self._release and not record.built:
                return False
            if (there.st_size, there.st_mtime_ns) == (record.size, record.mtime_ns):
                return True
            if sha256_of(self.path) != record.sha256:
                return False
        except OSError:
            return False
        with suppress(OSError, StateError):  # a read-only cache is as good, only slower
            self._write(replace(record, size=there.st_size, mtime_ns=there.st_mtime_ns))
        return True

    def see_ours(self) -> None:
        """See that nobody else may write the folders that lead to the tool, from the cache's own on.

        Raises:
            ToolchainError: Somebody may; programs from there are not run.
        """
        below = [folder for folder in (self.folder, *self.folder.parents) if folder.is_relative_to(self._cache)]
        for folder in (self._cache.resolve(), *reversed(below[:-1])):  # the cache itself may well be a link
            if os.path.lexists(folder) and not owned(folder):
                raise ToolchainError(
                    f"{folder}: other users may write here, or it is another user's or a link: no program from it is "
                    f"run. Remove it (or, if nobody else can have written to it, `chmod -R go-w {self._cache}`), or "
                    "set SEATRIAL_CACHE to another directory"
                )

    def exists(self) -> bool:
        """Tell whether a file is there, whatever it is."""
        return self.path.exists()

    def remove(self) -> None:
        """Remove the tool and its record."""
        self.path.unlink(missing_ok=True)
        self.record_path.unlink(missing_ok=True)

    def install(self, file: Path, source: str, release: str = "") -> Path:
        """Move ``file`` (on the same file system) into place, executable, in one step.

        Args:
            file: The finished tool.
            source: Where it came from, for the record.
            release: The hash of the release that it came from.
        """
        make_folder(self.folder)
        file.chmod(0o755)
        made = file.stat()
        # The record goes first: a tool without one is never trusted, a record without a tool means nothing.
        self._write(Record(sha256_of(file), made.st_size, made.st_mtime_ns, source, release))
        file.replace(self.path)
        return self.path

    def _record(self) -> Record | None:
        try:
            return Record(**json.loads(self.record_path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _write(self, record: Record) -> None:
        contained.write(self.record_path, json.dumps(asdict(record), indent=2) + "\n", mode=_RECORD)

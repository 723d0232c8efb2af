"""The cache: tools by name, version and platform, each with a record of what it must be."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from provision.toolchain.model import Tool


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


@dataclass(frozen=True)
class Record:
    """What a cached file was when it was put there: the hash, and what tells cheaply that it is still that."""

    sha256: str
    size: int
    mtime_ns: int
    source: str


class Entry:
    """One tool's place in the cache, and the record beside it."""

    def __init__(self, cache: Path, tool: Tool, platform: str) -> None:
        """Name the place; nothing is made yet."""
        self.folder = cache / "tools" / tool.name / tool.version / platform
        self.path = self.folder / tool.name
        self.record_path = self.folder / f"{tool.name}.json"
        self.lock_path = cache / "locks" / f"{tool.name}-{tool.version}-{platform}.lock"

    def intact(self) -> bool:
        """Tell whether the tool is there and what it was when it came.

        Size and time are compared; only when they differ from the record is the file hashed.
        """
        record = self._record()
        try:
            stat = self.path.stat()
            if record is None:
                return False
            if (stat.st_size, stat.st_mtime_ns) == (record.size, record.mtime_ns):
                return True
            if sha256_of(self.path) != record.sha256:
                return False
        except OSError:
            return False
        with suppress(OSError):  # a read-only cache is as good, only slower
            self._write(Record(record.sha256, stat.st_size, stat.st_mtime_ns, record.source))
        return True

    def exists(self) -> bool:
        """Tell whether a file is there, whatever it is."""
        return self.path.exists()

    def remove(self) -> None:
        """Remove the tool and its record."""
        self.path.unlink(missing_ok=True)
        self.record_path.unlink(missing_ok=True)

    def install(self, file: Path, source: str) -> Path:
        """Move ``file`` (on the same file system) into place, executable, in one step.

        Args:
            file: The finished tool.
            source: Where it came from, for the record.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        file.chmod(0o755)
        stat = file.stat()
        # The record goes first: a tool without one is never trusted, a record without a tool means nothing.
        self._write(Record(sha256_of(file), stat.st_size, stat.st_mtime_ns, source))
        file.replace(self.path)
        return self.path

    def _record(self) -> Record | None:
        try:
            return Record(**json.loads(self.record_path.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _write(self, record: Record) -> None:
        scratch = self.folder / f".record-{os.getpid()}"
        scratch.write_text(json.dumps(asdict(record), indent=2) + "\n")
        scratch.replace(self.record_path)

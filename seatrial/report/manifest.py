"""What a run has left, file by file, with its SHA-256: ``manifest.sha256``, as ``sha256sum --check`` reads it.

It says whether a report is as the last command has left it, not who has written it: whoever can write the files can
write the manifest. What is to prove more is signed, as ``manifest.sha256.sig``, which is no file of the report.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from seatrial.bounded import MEBI, is_inside, read_bytes
from seatrial.errors import UsageError
from seatrial.escaping import one_line

NAME = "manifest.sha256"
UNFINISHED = ""
"""What it is while a run goes on, and stays where one did not come to its end."""

_ASIDE = (NAME, f"{NAME}.sig")
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_MOST, _CHUNK = 64 * MEBI, MEBI


def text(home: Path) -> str:
    """Return the manifest of the reports below *home*.

    Raises:
        OSError: If a file cannot be read.
    """
    return "".join(f"{digest}  {path}\n" for path, digest in _found(home).items() if digest)


def check(home: Path) -> tuple[int, list[str]]:
    """Compare the reports below *home* with their manifest.

    Returns:
        How many files the manifest has, and what is not as it says: one file too many, changed, or missing.

    Raises:
        UsageError: If there is no manifest, or one that is none.
    """
    agreed = _read(home / NAME)
    try:
        found = _found(home)
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read: {error.strerror}") from error
    problems = [f"missing: {one_line(path)}" for path in agreed if path not in found]
    for path, digest in found.items():
        if path not in agreed:
            problems.append(f"one too many: {one_line(path)}")
        elif digest != agreed[path]:
            problems.append(f"{'changed' if digest else 'no file any more'}: {one_line(path)}")
    return len(agreed), problems


def _found(home: Path) -> dict[str, str]:
    """Return the digest of every file below *home*, and nothing for what is none: a link, a pipe."""
    return {path: _digest(home / path) for path in sorted(_paths(home)) if path not in _ASIDE}


def _paths(home: Path) -> Iterator[str]:
    for folder, names, files in os.walk(home):  # which follows no link
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        yield from ((Path(folder) / name).relative_to(home).as_posix() for name in (*files, *links))


def _digest(file: Path) -> str:
    if not stat.S_ISREG(file.lstat().st_mode) or not _LINE.fullmatch(f"{'0' * 64}  {file.name}"):
        return ""
    total = hashlib.sha256()
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
        while chunk := opened.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def _read(file: Path) -> Mapping[str, str]:
    try:
        lines = read_bytes(file, _MOST).decode("utf-8", "surrogateescape").split("\n")
    except OSError as error:
        raise UsageError(
            f"{file}: {error.strerror}; expected what a run writes that has come to its end, as `seatrial report` does"
        ) from error
    if lines == [UNFINISHED]:
        raise UsageError(
            f"{file}: the last run has not come to its end; `seatrial report` takes what it has left as it is"
        )
    agreed: dict[str, str] = {}
    for number, line in enumerate(lines[:-1] if lines[-1] == "" else lines, 1):
        found = _LINE.fullmatch(line)
        if found is None or not is_inside(found[2]) or found[2] in agreed:
            raise UsageError(f"{file}:{number}: expected a SHA-256, two spaces and a path, each path once")
        agreed[found[2]] = found[1]
    return agreed

"""What others wrote is read within bounds: of size, of depth, and inside the folder that it belongs to."""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NoReturn

from seatrial.errors import UsageError
from seatrial.escaping import one_line

MEBI = 1 << 20
_DEPTH = 64
_CUT = 200


class BoundsError(UsageError):
    """Something that was read is larger, deeper or elsewhere than it may be; the message names it."""


def is_inside(path: str) -> bool:
    """Return whether *path* is relative, names something, and leads nowhere but further down."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not (path.startswith("/") or "\\" in path or "\0" in path or ".." in parts)


def file_in(folder: Path, path: str) -> Path:
    """Return the file that *path* names below *folder*.

    Raises:
        BoundsError: If it leads out of *folder*, itself or through a link.
    """
    file = folder / path
    try:
        through_links = file.resolve() != folder.resolve() / path
    except (OSError, ValueError, RuntimeError):  # a circle of links, a name that no file can have
        through_links = True
    if not is_inside(path) or through_links:
        raise BoundsError(f"{one_line(path)[:_CUT]}: expected a path below {folder}, without .. and without links")
    return file


def read_bytes(file: Path, most: int) -> bytes:
    """Return what a regular file holds.

    Raises:
        OSError: If it cannot be read.
        BoundsError: If it is a link or no file, or holds more than *most* bytes.
    """
    with _opened(file) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise BoundsError(f"{file}: larger than {most:,} bytes, which is the most that is read of such a file")
    return content


def read_tail(file: Path, most: int) -> str:
    """Return the last *most* bytes of a regular file as text.

    Raises:
        OSError: If it cannot be read.
        BoundsError: If it is a link or no file.
    """
    with _opened(file) as opened:
        opened.seek(max(0, os.fstat(opened.fileno()).st_size - most))
        return opened.read(most).decode("utf-8", "replace")


def read_json(file: Path, most: int, depth: int = _DEPTH) -> Any:
    """Return what a JSON file holds.

    Raises:
        OSError: If it cannot be read.
        BoundsError: If it is a link or no file, too large or too deep.
        ValueError: If it is not JSON.
    """
    return parse_json(read_bytes(file, most), str(file), depth)


def parse_json(text: bytes | str, shown: str, depth: int = _DEPTH) -> Any:
    """Return what JSON says; a number must be one.

    Args:
        text: The JSON.
        shown: How a message names it.
        depth: How deep lists and objects may be nested.

    Raises:
        BoundsError: If it is nested deeper than *depth*.
        ValueError: If it is not JSON.
    """
    try:
        found = json.loads(text, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise BoundsError(f"{shown}: nested deeper than {depth} levels") from None
    except MemoryError:
        raise BoundsError(f"{shown}: more than fits into memory") from None
    level = [found]
    for _ in range(depth + 1):
        level = [inner for one in level for inner in _within(one)]
        if not level:
            return found
    raise BoundsError(f"{shown}: nested deeper than {depth} levels")


def _opened(file: Path) -> BinaryIO:
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BoundsError(f"{file}: expected a file")
    return os.fdopen(descriptor, "rb")


def _within(one: Any) -> Any:
    inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return (value for value in inner if isinstance(value, dict | list))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text[:40]} is too large a number")
    return number

"""The platform of the repository that Seatrial comes from, as files: what `seatrial init --like-this` begins with.

A wheel holds them as one archive, made by ``setup.py`` when it is built: a second copy in the repository would grow
stale, a platform's own modules do not belong among those that are installed, and whoever was given a wheel knows no
address to have them from. From a checkout they are read as they stand. A build runs this module, which imports nothing
but the standard library.
"""

from __future__ import annotations

import io
import lzma
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

NAME = "platform.tar.xz"
"""The archive's name, beside this module."""
PLAN = "like-this/plan.toml"
"""What says which files are taken, from the repository's root."""
_PACKAGE = Path(__file__).parent
_MOST_BYTES, _MOST_FILES = 32 << 20, 4096
"""What an archive may hold at most: ten times what it does."""


def files() -> dict[str, bytes]:
    """Return the content of every file by its path in the repository: of the archive, else of the checkout.

    Raises:
        LookupError: If this Seatrial came with neither.
        ValueError: If the archive is not one that was made by `pack`.
    """
    archive, checkout = _PACKAGE / NAME, _PACKAGE.parent
    if archive.is_file():
        return unpack(archive)
    if (checkout / PLAN).is_file():
        return of_checkout(checkout)
    raise LookupError("this Seatrial was built without a platform beside it")


def plan(found: dict[str, bytes]) -> dict[str, Any]:
    """Return what the plan says, of all files."""
    return tomllib.loads(found[PLAN].decode())


def of_checkout(root: Path) -> dict[str, bytes]:
    """Return the content of every file that the plan of the checkout at *root* names: what Git knows, where it is."""
    said = tomllib.loads((root / PLAN).read_text("utf-8"))
    names = [str(PurePosixPath(PLAN).parent), *said["take"]]
    return {name: (root / name).read_bytes() for name in sorted(_listed(root, names)) if (root / name).is_file()}


def pack(root: Path, archive: Path) -> None:
    """Write the archive of the checkout at *root*: the same files give the same bytes."""
    with tarfile.open(archive, "w:xz", format=tarfile.PAX_FORMAT) as tar:
        for name, content in of_checkout(root).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


def unpack(archive: Path) -> dict[str, bytes]:
    """Return the content of every file of an archive, by its path.

    Raises:
        ValueError: If it is none of ours: too large, or with what is no file, or a path that leads elsewhere.
    """
    found: dict[str, bytes] = {}
    left = _MOST_BYTES
    try:
        with tarfile.open(archive, "r:xz") as tar:
            for entry in tar:
                path = PurePosixPath(entry.name)
                left -= entry.size
                stream = tar.extractfile(entry) if entry.isreg() else None
                if stream is None or path.is_absolute() or ".." in path.parts or left < 0 or len(found) > _MOST_FILES:
                    raise ValueError(f"{entry.name}: expected a file below it, and {_MOST_BYTES} bytes in all at most")
                found[entry.name] = stream.read()
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise ValueError(str(error)) from error
    return found


def _listed(root: Path, names: list[str]) -> Iterator[str]:
    if (root / ".git").exists():
        asked = ["git", "-C", str(root), "ls-files", "-z", "--", *names]
        yield from filter(None, subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split("\0"))
        return
    for name in names:  # an export of what Git knows
        found = [root / name] if (root / name).is_file() else (root / name).rglob("*")
        paths = (file.relative_to(root) for file in found if file.is_file())
        yield from (path.as_posix() for path in paths if "__pycache__" not in path.parts)

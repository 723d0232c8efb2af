"""What a run was made of: the commit, the specification, the versions."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from seatrial import __version__
from seatrial.bounded import BoundsError, read_bytes
from seatrial.repository import git_line
from seatrial.scenarios import specification
from seatrial.scenarios.reading import MOST

_LIBRARIES = ("pytest", "pytest-bdd")


@dataclass(frozen=True)
class About:
    """What a run was made of.

    Attributes:
        commit: The commit of the project; empty where it is in no repository.
        dirty: Whether files differ from the commit, or are not in it.
        sha256: The hash of every feature file with its path.
        files: How many feature files that are.
        components: Versions by name.
    """

    commit: str = ""
    dirty: bool = False
    sha256: str = ""
    files: int = 0
    components: dict[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it as it stands in ``verdict.json``."""
        return {
            "git": {"commit": self.commit, "dirty": self.dirty} if self.commit else None,
            "specification": {"sha256": self.sha256, "files": self.files},
            "components": dict(sorted(self.components.items())),
        }


def look(root: Path) -> About:
    """Look at the project at *root*."""
    files = specification.find([root / "features"])
    own = {"seatrial": __version__, "python": platform.python_version()}
    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    commit = git_line(root, "rev-parse", "HEAD")
    return About(
        commit=commit or "",
        dirty=bool(commit and git_line(root, "status", "--porcelain")),
        sha256=_hash(root, files),
        files=len(files),
        components=own | libraries,
    )


def _hash(root: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = _content(file).replace(b"\r\n", b"\n")
        total.update(f"{file.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _content(file: Path) -> bytes:
    """Return what a feature file holds; nothing of one that is refused where it is read, such as a link."""
    try:
        return read_bytes(file, MOST)
    except (BoundsError, OSError):
        return b""

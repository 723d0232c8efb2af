"""The Git repositories that a platform's pipelines work on, made from this checkout."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from provision.programs import complete
from seatrial import contained
from seatrial.errors import SeatrialError

BRANCH: Final = "main"
PLATFORM: Final = "platform"
"""The repository with the pipelines and the manifests."""
_SECONDS = 120.0
_WHO = {
    "GIT_AUTHOR_NAME": "seatrial",
    "GIT_AUTHOR_EMAIL": "seatrial@example.com",
    "GIT_COMMITTER_NAME": "seatrial",
    "GIT_COMMITTER_EMAIL": "seatrial@example.com",
}


class RepositoryError(SeatrialError):
    """A repository cannot be made, or changed; the message has git's own words."""


class Repositories:
    """The repositories of one platform.

    Args:
        folder: A folder of the platform's state.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ensure(self, name: str, content: Mapping[str, Path]) -> bool:
        """Have a repository whose first commit is what these files are; say whether it was made.

        Args:
            name: Its name.
            content: The files, by their path in it.

        Raises:
            RepositoryError: git fails, or is not there.
        """
        at = self.folder / f"{name}.git"
        if at.exists():
            return False
        contained.folder(self.folder)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=self.folder) as scratch:
            work, bare = Path(scratch) / "work", Path(scratch) / "bare"
            for path, source in content.items():
                to = work / path
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, to)
                to.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
            git("init", "--quiet", f"--initial-branch={BRANCH}", ".", at=work)
            git("add", "--all", "--force", at=work)
            git("commit", "--quiet", "--message=Begin", at=work)
            git("clone", "--quiet", "--bare", "--no-hardlinks", str(work), str(bare), at=work)
            bare.rename(at)
        return True

    def head(self, name: str, branch: str = BRANCH) -> str:
        """Return the last commit of a branch; nothing where there is none."""
        return git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}", at=self._at(name)).strip()

    def read(self, name: str, path: str, branch: str = BRANCH) -> str:
        """Return what a file says at the end of a branch."""
        return git("show", f"{branch}:{path}", at=self._at(name))

    def _at(self, name: str) -> Path:
        return self.folder / f"{name}.git"


def files_of(root: Path, under: Sequence[str]) -> dict[str, Path]:
    """Return the files of a checkout below some of its folders, by their path.

    Args:
        root: The checkout.
        under: Folders and files, from its root.
    """
    found = [path for one in under for path in ([root / one] if (root / one).is_file() else (root / one).rglob("*"))]
    left = {"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}
    kept = (path for path in found if path.is_file() and not path.is_symlink() and not left & set(path.parts))
    return {path.relative_to(root).as_posix(): path for path in sorted(kept)}


def git(*arguments: str, at: Path) -> str:
    """Run git in a folder, whatever the user's own is set to; return what it says.

    Raises:
        RepositoryError: It fails, does not end in time, or is not there.
    """
    environ = {"PATH": os.environ.get("PATH", os.defpath), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", **_WHO}
    return complete(
        "git",
        *arguments,
        missing="it: the pipelines work on Git",
        raising=RepositoryError,
        called=f"`git {' '.join(arguments)}` in {at}",
        within=_SECONDS,
        environment=environ,
        folder=at,
    )

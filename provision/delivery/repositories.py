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
BEGIN: Final = "Begin"
PASSED_BY: Final = "Begin with what runs already [skip ci]"
"""What a first commit says that no pipeline is to take for a change."""
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

    def ensure(self, name: str, content: Mapping[str, Path | str], message: str = BEGIN) -> bool:
        """Have a repository whose first commit is what these files are; say whether it was made.

        Args:
            name: Its name.
            content: The files, or what they say, by their path in it.
            message: What the commit says of itself.

        Raises:
            RepositoryError: git fails, or is not there.
        """
        at = self.folder / f"{name}.git"
        if at.exists():
            return False
        contained.folder(self.folder)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=self.folder) as scratch:
            work, bare = Path(scratch) / "work", Path(scratch) / "bare"
            work.mkdir()
            git("init", "--quiet", f"--initial-branch={BRANCH}", ".", at=work)
            _commit(work, content, message)
            git("clone", "--quiet", "--bare", "--no-hardlinks", str(work), str(bare), at=work)
            bare.rename(at)
        return True

    def commit(self, name: str, content: Mapping[str, Path | str], message: str) -> str:
        """Put a commit on top of the branch that has these files beside those that it has; return it.

        Nothing is committed where all of them are as they were.

        Args:
            name: The repository's name.
            content: The files, or what they say, by their path in it.
            message: What the commit says of itself.

        Raises:
            RepositoryError: git fails, or somebody else's commit came between.
        """
        with tempfile.TemporaryDirectory(prefix=".new-", dir=self.folder) as scratch:
            work = Path(scratch) / "work"
            # What is a link there leads nowhere here: whoever pushes says where.
            plain = ("--config=core.symlinks=false", f"--branch={BRANCH}")
            git("clone", "--quiet", *plain, str(self._at(name)), str(work), at=self.folder)
            _commit(work, content, message)
            git("push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}", at=work)
        return self.head(name)

    def head(self, name: str, branch: str = BRANCH) -> str:
        """Return the last commit of a branch; nothing where there is none, or no such repository."""
        if not self._at(name).exists():
            return ""
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


def _commit(work: Path, content: Mapping[str, Path | str], message: str) -> None:
    for path, source in content.items():
        to = work / path
        to.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, str):
            to.write_text(source, encoding="utf-8")
        else:
            shutil.copyfile(source, to)
            to.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    git("add", "--all", "--force", at=work)
    if git("status", "--porcelain", at=work):
        git("commit", "--quiet", f"--message={message}", at=work)


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

"""Which files have changed since a commit, those that git has not been told of included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seatrial.bounded import MEBI, BoundsError, file_in, read_bytes
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.repository import git

_MOST = 4 * MEBI


@dataclass(frozen=True)
class Change:
    """A file that differs.

    Attributes:
        path: Where it is, below the project's root.
        before: What it held; None where it was not there, or cannot be read as text.
        now: What it holds; None likewise.
    """

    path: str
    before: str | None = None
    now: str | None = None


def changes(root: Path, revision: str) -> list[Change]:
    """Return every file below *root* that is not as it was in *revision*, by its path.

    Raises:
        UsageError: If *revision* names no commit that is there, or git cannot say what has changed.
    """
    commit = _commit(root, revision)
    told = "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative"
    differs = git(root, "diff", *told, commit, "--")
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard")
    if differs is None or new is None:
        raise UsageError(f"--since {one_line(revision)[:80]}: git could not say what has changed; see `git status`")
    paths = {path for said in (differs, new) for path in said.decode("utf-8", "surrogateescape").split("\0") if path}
    return [Change(path, _before(root, commit, path), text_of(root, path)) for path in sorted(paths)]


def _commit(root: Path, revision: str) -> str:
    said = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if said is None:
        raise UsageError(
            f"--since {one_line(revision)[:80]}: names no commit here; expected a branch, a tag or a commit that has "
            "been fetched (CI often fetches one commit alone: fetch the branch that is merged into as well)"
        )
    return said.decode().strip()


def _before(root: Path, commit: str, path: str) -> str | None:
    held = git(root, "show", "--no-ext-diff", "--no-textconv", f"{commit}:./{path}")
    return None if held is None or len(held) > _MOST else _text(held)


def text_of(root: Path, path: str) -> str | None:
    """Return what the file at *path* below *root* holds; None where it is not there, or cannot be read as text."""
    try:
        return _text(read_bytes(file_in(root, path), _MOST))
    except (OSError, BoundsError):
        return None


def _text(held: bytes) -> str | None:
    try:
        return held.decode("utf-8")
    except UnicodeDecodeError:
        return None

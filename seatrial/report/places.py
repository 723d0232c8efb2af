"""The folder of all reports, and that of each target: made, cleared and written to as our own, through no link."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from seatrial import contained
from seatrial.report import manifest

_DRAFT, _OLD = ".draft", 60.0  # the ending of a file that is being written, and the seconds after which it is not
_STALE = ("verdict.json", "junit.xml", "messages.ndjson", "summary.md", "picture.json")


def clear(root: Path, home: Path, target: str) -> None:
    """Make the folder of a target's reports ready for new ones: what an earlier run has left there is removed.

    Raises:
        OSError: If it cannot be.
    """
    prepare(root, home, target)
    contained.remove(home / target / "evidence")
    put(home / manifest.NAME, manifest.UNFINISHED, root)
    for folder in (home, home / target):
        _forget_drafts(folder)
    for name in _STALE:
        contained.remove(home / target / name)


def prepare(root: Path, home: Path, target: str) -> None:
    """Make the folder of a target's reports, unless it is there.

    Raises:
        OSError: If it cannot be made.
    """
    home = Path(os.path.normpath(home))
    new = not home.exists()
    contained.make_root(home / target, below=_base(root, home), taken=_is_report)
    if new:  # a folder that was there is the user's own, whatever Git is to make of it
        contained.ignore(home)


def put(file: Path, text: str, root: Path) -> None:
    """Replace *file* in one step, so that a run that is killed leaves the old one or the new one."""
    path = Path(os.path.normpath(root / file))
    contained.write(path, text, below=_base(root, path.parent))


def _base(root: Path, folder: Path) -> Path:
    """Return where the way to *folder* is looked at from: no link that lies in the project leads it astray."""
    if folder.is_relative_to(root):
        return root
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _is_report(names: Sequence[str]) -> bool:
    """Say whether a folder has what a run leaves, or nothing that a run would remove."""
    return "verdict.json" in names or "evidence" not in names


def _forget_drafts(folder: Path) -> None:
    """Remove what runs that were killed while writing have left."""
    for draft in folder.glob(f".*{_DRAFT}"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _OLD:
                draft.unlink()

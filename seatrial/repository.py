"""Git, asked about the project: nothing is written, and nothing that a repository's own settings name is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SECONDS = 10.0
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.bareRepository=explicit")
"""A folder that only looks like a repository is none."""


def git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints for *arguments* in *root*; None if it is not there, fails, or takes too long."""
    command = [*_GIT, "-C", str(root), *arguments]
    environ = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(command, capture_output=True, env=environ, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def git_line(root: Path, *arguments: str) -> str | None:
    """Return what `git` does as text, without the space around it."""
    said = git(root, *arguments)
    return None if said is None else said.decode("utf-8", "replace").strip()

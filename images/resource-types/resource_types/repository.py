"""A repository of Git, asked by git itself, with what lets us in kept out of its arguments."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resource_types.protocol import RefusedError, needed

_SECONDS = 120.0
_PUSHES = 5
"""How often a push is tried anew that somebody else's was faster than."""


class Repository:
    """A branch of a remote repository.

    Args:
        source: What the pipeline says of it: ``uri``, ``branch``, ``username`` and ``password``.
    """

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.uri = needed("source", source, "uri")
        self.branch = needed("source", source, "branch")
        self._environ = os.environ | {
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": "/nonexistent",
            **_known_as(str(source.get("username") or ""), str(source.get("password") or "")),
        }

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """Run git and return what it says.

        Raises:
            RefusedError: If it fails; with its own words.
        """
        done = self.attempt(*arguments, at=at)
        if done.returncode != 0:
            raise RefusedError(f"git {arguments[0]}: {done.stderr.strip() or f'ended with {done.returncode}'}")
        return done.stdout

    def attempt(self, *arguments: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run git, and return how it went."""
        return subprocess.run(
            ["git", *arguments],
            cwd=at,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )

    def head(self) -> str:
        """Return the branch's last commit; nothing when there is no such branch."""
        return self.git("ls-remote", self.uri, f"refs/heads/{self.branch}").partition("\t")[0]

    def clone(self, to: Path, *options: str) -> None:
        """Clone the branch."""
        self.git("clone", "--quiet", f"--branch={self.branch}", *options, self.uri, str(to))

    def push(self, at: Path, *, rebase: bool) -> str:
        """Push what is checked out at *at* to the branch; return its last commit.

        Args:
            at: The working copy.
            rebase: Whether to put our commits on top of what others have pushed meanwhile.

        Raises:
            RefusedError: If the repository does not take it.
        """
        for _ in range(_PUSHES if rebase else 1):
            done = self.attempt("push", "--quiet", self.uri, f"HEAD:refs/heads/{self.branch}", at=at)
            if done.returncode == 0:
                return self.git("rev-parse", "HEAD", at=at).strip()
            if rebase:
                self.git(*_as_pipeline(), "pull", "--quiet", "--rebase", self.uri, self.branch, at=at)
        raise RefusedError(f"git push: {done.stderr.strip()}")


def _known_as(user: str, password: str) -> dict[str, str]:
    if not user:
        return {}
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }


def _as_pipeline() -> Sequence[str]:
    return ("-c", "user.name=pipeline", "-c", "user.email=pipeline@example.com")

"""What a run says of its commit is asked of git, which runs nothing that a repository names."""

from __future__ import annotations

import subprocess
from pathlib import Path

from seatrial.report import about


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def test_what_a_repository_names(tmp_path: Path) -> None:
    """A program that its settings name to look for changes is not run, and its index is not written."""
    _git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("a")
    _git(tmp_path, "add", "a")
    _git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")
    program = tmp_path.with_name("run-by-git")
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o700)
    _git(tmp_path, "config", "core.fsmonitor", str(program))
    (tmp_path / "a").touch()
    index = (tmp_path / ".git" / "index").stat().st_mtime_ns
    found = about.look(tmp_path)
    assert (40, False) == (len(found.commit), found.dirty)
    assert not (tmp_path / "was-run").exists()
    assert index == (tmp_path / ".git" / "index").stat().st_mtime_ns


def test_a_folder_that_looks_like_a_repository(tmp_path: Path) -> None:
    """A bare repository that somebody has committed is none of the project's own."""
    _git(tmp_path, "init", "-q", "--bare", "inner")
    assert not about.look(tmp_path / "inner").commit

"""The command line of the engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from provision.engine.private import PrivateEngine


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "provision.engine", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


def docker(folder: Path) -> dict[str, str]:
    path = folder / "docker"
    path.write_text("#!/bin/sh\necho 28.0\n")
    path.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "SEATRIAL_CACHE": str(folder / "cache")}


@pytest.mark.parametrize("arguments", [(), ("run",), ("run", "--"), ("run", "true"), ("build",)])
def test_bad_usage_is_told(arguments: tuple[str, ...]) -> None:
    """Anything but the two commands prints how to use it, and ends with 4, as every command."""
    done = run({}, *arguments)
    assert (4, True) == (done.returncode, done.stderr.startswith("usage: python -m provision.engine run"))


def test_an_engine_that_answers_is_used_as_it_is(tmp_path: Path) -> None:
    """With an engine there, the command just runs, in the same environment, and nothing is started."""
    done = run(docker(tmp_path), "run", "--", "sh", "-c", "echo ${DOCKER_HOST:-unset}; exit 5")
    assert (5, "") == (done.returncode, done.stderr)
    assert done.stdout.strip() == (os.environ.get("DOCKER_HOST") or "unset")


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A command that cannot be run is named, with a shell's exit code for it."""
    done = run(docker(tmp_path), "run", "--", "no-such-command")
    assert (127, "no-such-command cannot be run: No such file or directory\n") == (done.returncode, done.stderr)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may start a private engine")
def test_a_private_engine_needs_root(tmp_path: Path) -> None:
    """Who is not root is told so."""
    done = run({"PATH": str(tmp_path), "SEATRIAL_CACHE": str(tmp_path)}, "run", "--", "true")
    assert (3, True) == (done.returncode, "needs root" in done.stderr)


def test_each_cache_has_an_engine_of_its_own(tmp_path: Path) -> None:
    """Two caches have two engines, whose sockets have names that are short enough."""
    addresses = {PrivateEngine(tmp_path / name, print).address for name in ("a", "b")}
    assert (2, True) == (len(addresses), all(len(one) < 100 for one in addresses))

"""Programs of this machine that make parts of images."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from provision import programs
from provision.images.archive import ImageError

_LIMIT = 600.0  # seconds for one program


def run_program(
    *argv: str,
    missing: str,
    called: str = "",
    within: float = _LIMIT,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """Run a program to its end, and return what it wrote.

    Args:
        argv: The program and its arguments.
        missing: What to install where it is not there.
        called: How messages name it; by its name unless told.
        within: How long it may take, in seconds.
        environment: Its environment; ours unless given.
        folder: Where it runs; where we do unless given.

    Raises:
        ImageError: If it is not there, fails, or does not end in time.
    """
    called = called or argv[0]
    try:
        run = programs.run(argv, within=within, env=environment, cwd=folder)
    except FileNotFoundError as error:
        raise ImageError(f"{argv[0]} is not on PATH; install {missing}") from error
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"{called}: no end after {within:g} s") from error
    if run.returncode != 0:
        raise ImageError(f"{called} failed: {(run.stderr or run.stdout).strip()[-800:]}")
    return run.stdout

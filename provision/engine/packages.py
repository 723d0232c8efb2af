"""Debian packages that are missing: installed as they are pinned when this is root on Debian, else named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping

from provision.debian.errors import DebianError
from provision.debian.installing import install_missing
from provision.engine.client import EngineError

_SYSTEM_PATHS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def which(program: str) -> str | None:
    """Find a program on PATH, or where the system keeps its own."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_PATHS]))


def ensure(programs: Mapping[str, str], say: Callable[[str], None]) -> None:
    """See to it that programs are there.

    Args:
        programs: The package of each program, by the program's name.
        say: Told what is installed.

    Raises:
        EngineError: Some are missing and cannot be installed here, or not as they are pinned; the message says which.
    """
    missing = sorted({package for program, package in programs.items() if which(program) is None})
    if not missing:
        return
    try:
        install_missing(missing, say)
    except DebianError as error:
        raise EngineError(str(error)) from error

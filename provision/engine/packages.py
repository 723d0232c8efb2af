"""Debian packages that are missing: installed when this is root on Debian, else named in one message."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from provision.engine.client import EngineError

_LISTS = Path("/var/lib/apt/lists")
_INSTALL_SECONDS = 600.0
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
        EngineError: Some are missing and cannot be installed here; the message names the packages.
    """
    missing = sorted({package for program, package in programs.items() if which(program) is None})
    if not missing:
        return
    if os.geteuid() != 0 or which("apt-get") is None:
        raise EngineError(
            f"These Debian packages, or what they are called here, are needed: {' '.join(missing)}. Install them and "
            "try again; as root on Debian this is done for you."
        )
    if not any(_LISTS.glob("*_Packages*")):
        say("fetching Debian's package lists")
        _apt(["update"])
    if "docker.io" in missing and _has_package("docker-cli"):
        missing.append("docker-cli")  # later Debians have the command line in a package of its own
    say(f"installing {' '.join(missing)}")
    _apt(["install", "--yes", "--no-install-recommends", *missing])


def _has_package(name: str) -> bool:
    return subprocess.run(["apt-cache", "show", name], capture_output=True, check=False).returncode == 0


def _apt(arguments: Sequence[str]) -> None:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *arguments]
    try:
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"`{' '.join(command)}` did not end within {_INSTALL_SECONDS:.0f} s") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
        raise EngineError(f"`{' '.join(command)}` ended with {done.returncode}:\n{tail}")

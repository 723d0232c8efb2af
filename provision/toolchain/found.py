"""Tools that the machine has already, taken only when their version is exactly the one asked for."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from provision.toolchain.model import Tool

_VERSION = re.compile(r"\bv?(\d+\.\d+\.\d+[^\s,;()\"]*)")
_ANSWER_SECONDS = 10.0


def find(tool: Tool, environ: Mapping[str, str]) -> tuple[Path, Literal["KUBEBUILDER_ASSETS", "PATH"]] | None:
    """Return the first program of the exact version, and which variable led to it; ``None`` without one."""
    for variable, path in _candidates(tool.name, environ):
        if version_of(path, tool, environ) == tool.version:
            return path, variable
    return None


def version_of(path: Path, tool: Tool, environ: Mapping[str, str]) -> str | None:
    """Ask the program for its version.

    The first thing in its answer that looks like a version counts, with everything that is glued to it: a
    ``v1.36.1-dispatcher`` or ``v1.36.1+k3s1`` is another program. ``None`` when there is no answer.
    """
    try:
        answer = subprocess.run(
            [path, *tool.version_args],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer.stdout)
    return match.group(1) if match and answer.returncode == 0 else None


def _candidates(name: str, environ: Mapping[str, str]) -> Iterator[tuple[Literal["KUBEBUILDER_ASSETS", "PATH"], Path]]:
    seen: set[Path] = set()
    places: list[tuple[Literal["KUBEBUILDER_ASSETS", "PATH"], str]] = []
    if assets := environ.get("KUBEBUILDER_ASSETS"):
        places.append(("KUBEBUILDER_ASSETS", assets))
    places += [("PATH", entry) for entry in environ.get("PATH", "").split(os.pathsep) if entry]
    for variable, place in places:
        path = Path(place).absolute() / name
        if path.is_file() and os.access(path, os.X_OK) and path.resolve() not in seen:
            seen.add(path.resolve())
            yield variable, path

"""The programs of the image of tools, asked in a container of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

_ASKED: Final = {
    "kops": ("kops", "version"),
    "kubectl": ("kubectl", "version", "--client"),
    "jq": ("jq", "--version"),
    "aws": ("aws", "--version"),
    "git": ("git", "--version"),
    "make": ("make", "--version"),
    "seatrial": ("seatrial", "--version"),
}
_WHO: Final = ("python3", "-c", "import os; print(os.getuid(), os.getgid())")
_VERSION = re.compile(rb"\d+\.\d+[\w.+-]*")
_AT_ONCE = 4  # containers

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


class Tools(Observer):
    """Runs what is in the image of tools.

    Args:
        run: Runs a command in a new container of it, and returns how it went.
        fidelity: How true the image is on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(self, run: Run, *, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("tools", fidelity, recorder)
        self._run = run

    @reading
    def versions(self) -> dict[str, dict[str, object]]:
        """Return every program by name: ``answers``, and its ``version`` or what it ``said`` instead."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(_ASKED, pool.map(lambda command: _row(self._run(*command)), _ASKED.values()), strict=True))

    @reading
    def runs_as(self) -> str:
        """Return the numbers of the user and the group that its programs run as."""
        done = self._run(*_WHO)
        return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else _said(done)


def _row(done: subprocess.CompletedProcess[bytes]) -> dict[str, object]:
    version = _VERSION.search(done.stdout)
    if done.returncode == 0 and version:
        return {"answers": True, "version": version[0].decode()}
    return {"answers": False, "said": _said(done)}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
    return f"ended with {done.returncode}: {lines[0][:200] if lines else 'nothing was said'}"

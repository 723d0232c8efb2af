"""The updater as a process, and what it has logged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from tests.dns_updater.waiting import wait_for


class Updater:
    """Runs ``python -m dns_updater`` with *env*; its log goes to the file *log*."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self._env = env
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> None:
        """Start it with further *settings*, and wait until it has brought the zone up to date."""
        self.launch(**settings)
        wait_for(lambda: self.logged("up to date"), 60)

    def launch(self, **settings: str) -> None:
        """Start it with further *settings*."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dns_updater"], env={**self._env, **settings}, stdout=log
            )

    def logged(self, message: str) -> list[dict[str, Any]]:
        """Return the lines of its log with *message*."""
        lines = [json.loads(line) for line in self._log.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [line for line in lines if line["message"] == message]

    @property
    def runs(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> int:
        """End it as Kubernetes does, and give its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(20)

    def wait(self) -> int:
        """Wait until it ends by itself, and give its exit code."""
        assert self._process is not None
        return self._process.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

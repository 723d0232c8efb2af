"""A copy of this project whose commands are run, killed and looked at from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from tests.apart import WITHOUT

ROOT = Path(__file__).parents[2]
_PARTS = (
    *("seatrial", "provision", "steps", "features", "manifests", "images", "ci", "requirements"),
    *("conftest.py", "pyproject.toml", "README.md", "LICENSE"),  # the last two are the wheel's
)
_OTHERS = shutil.ignore_patterns("*-pytest-*.pyc")  # what pytest has compiled names its source, which is another here
_COMMAND = (  # it can be interrupted, though the tests may be run in the background of a script, where nothing can
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from seatrial.cli import main; main()"
)
_LONGEST = 240.0  # seconds; no command takes a tenth of it


class Sandbox:
    """A project's root with an own folder for temporary files and loopback addresses of its own.

    Args:
        folder: An empty folder for all of it.
        block: The loopback block that its platforms listen in, such as ``127.201.7``; picked when left out.
    """

    def __init__(self, folder: Path, block: str = "") -> None:
        self.root, self.temp, self.block = folder / "project", folder / "temp", block
        self.temp.mkdir(parents=True)
        for part in _PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, self.root / part, ignore=_OTHERS)
            else:
                shutil.copy(source, self.root / part)
        ours = ("SEATRIAL_LOOPBACK", "SEATRIAL_PROCESS", "PYTEST_", "PYTHONDONT", "TEAMID", "KUBECONFIG")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        self.environ = {
            **kept,
            "PYTHONPATH": str(self.root),
            "PYTEST_ADDOPTS": " ".join(("-p", "no:cacheprovider", *WITHOUT)),
            "TMPDIR": str(self.temp),
            "COLUMNS": "400",
            "NO_COLOR": "1",
            **({"SEATRIAL_LOOPBACK": block} if block else {}),
        }
        self._files = self._found()
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *args: str, module: str = "", before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start a command of Seatrial, or pytest when that is the module, by the program *before* it if any."""
        command = ["-m", module, *args] if module else ["-c", _COMMAND, *args]
        process = subprocess.Popen(
            [*before, sys.executable, *command],
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(self, *args: str, module: str = "", before: Sequence[str] = ()) -> tuple[int, str]:
        """Run a command; give its exit code and what it said."""
        process = self.start(*args, module=module, before=before)
        said = process.communicate(timeout=_LONGEST)[0]
        return process.returncode, said

    def kill(self, process: subprocess.Popen[str], number: int = signal.SIGKILL) -> str:
        """Send a signal to the command alone; give what it said, once it has ended."""
        process.send_signal(number)
        process.wait(_LONGEST)
        if number == signal.SIGKILL:  # what it started may hold its output open
            assert process.stdout
            process.stdout.close()
            return ""
        return process.communicate(timeout=_LONGEST)[0]

    def state(self, team: str, name: str) -> dict[str, Any]:
        """Return a record of a platform's state; nothing where there is none."""
        file = self.root / ".seatrial" / team / f"{name}.json"
        return json.loads(file.read_text()) if file.exists() else {}

    def wait(self, process: subprocess.Popen[str], seen: Callable[[], object], within: float = _LONGEST) -> None:
        """Wait until something is seen while the command is at work."""
        limit = time.monotonic() + within
        while not seen():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < limit
            time.sleep(0.005)

    def verdicts(self, report: str = "report", target: str = "local") -> dict[str, str]:
        """Return the verdict of each scenario of the last run, by its place and name."""
        found = json.loads((self.root / report / target / "verdict.json").read_text())
        return {f"{s['file']}::{s['scenario']}": s["verdict"] for s in found["scenarios"]}

    def left(self) -> list[str]:
        """Name whatever is there that was not there at first: processes, ports, files."""
        return [*self._processes(), *self._ports(), *(str(path) for path in sorted(self._found() - self._files))]

    def end(self) -> None:
        """End what a failed test has left, by its pid."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self.run("sweep")
        for left in self._marked():
            left.kill()

    def _marked(self) -> Sequence[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                ours = str(self.root) in f"{process.environ()} {process.cmdline()}"
                if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.Error, OSError):
                continue  # gone meanwhile, or another user's
        return found

    def _processes(self) -> list[str]:
        return [f"process {process.pid}: {' '.join(process.cmdline())}" for process in self._marked()]

    def _ports(self) -> list[str]:
        connections = psutil.net_connections("inet") if self.block else []
        listening = [c.laddr for c in connections if c.status in (psutil.CONN_LISTEN, psutil.CONN_NONE) and c.laddr]
        return [f"{a.ip}:{a.port}" for a in listening if a.ip.startswith(f"{self.block}.")]

    def _found(self) -> set[Path]:
        there = [*self.root.rglob("*"), *self.temp.rglob("*")]
        report = self.root / "report"
        return {path for path in there if "__pycache__" not in path.parts and not path.is_relative_to(report)}


def outstanding(sandbox: Sandbox, team: str) -> set[str]:
    """Return what the platform's journal has of machines that were stopped and not started again, by its ids."""
    journal = sandbox.root / ".seatrial" / team / "journal.jsonl"
    lines = journal.read_text().splitlines() if journal.exists() else []
    records = [json.loads(line) for line in lines]
    stopped = {r["id"] for r in records if r.get("kind") == "stop-instances"}
    return stopped - {r["id"] for r in records if r.get("undone")}

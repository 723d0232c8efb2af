"""Processes that outlive the command that started them, and can always be found again.

A process is recorded before it is started (`state`/processes/<name>.json) and carries its mark in its environment, so
that a crash at any point leaves either a recorded pid or a marked process, never a stray one. A pid counts only
together with its user, its program, its creation time and its mark (see `identity`): a number that the system has given
to somebody else is never signalled, nor what another user passes off as ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psutil

from seatrial import contained
from seatrial.provisioning import identity
from seatrial.provisioning.identity import MARK
from seatrial.provisioning.marks import CLOCK_SECONDS, Marks
from seatrial.provisioning.process_spec import ProcessError, ProcessRecord, ProcessSpec
from seatrial.provisioning.state import PlatformState, StateError

__all__ = ["MARK", "ProcessError", "ProcessRecord", "ProcessSpec", "ProcessTable"]

_FOLDER = "processes"
_KILL_SECONDS = 5.0  # how long a process may take to go after SIGKILL, which the kernel delivers at once


class ProcessTable:
    """The processes of one platform."""

    def __init__(self, state: PlatformState) -> None:
        self._state = state
        self._marks = Marks(state)

    def mark(self, name: str) -> str:
        """Return the value of the environment mark that the process *name* carries."""
        return self._marks.value(name)

    def marking(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Let every program that this process starts meanwhile carry the mark *name*, whoever starts it."""
        return self._marks.marking(name)

    def log(self, name: str) -> Path:
        """Return the file that the process *name* writes its output to."""
        return self._state.dir / "logs" / f"{name}.log"

    def start(self, spec: ProcessSpec) -> None:
        """Start a process in a session of its own; its output is appended to its log.

        Raises:
            ProcessError: It runs already, or its program cannot be run.
        """
        with self._starting():
            if self.alive(spec.name):
                raise ProcessError(f"the process {spec.name} runs already (pid {self.pid(spec.name)})")
            self._spawn(spec)

    def ensure(self, spec: ProcessSpec) -> bool:
        """Start a process unless it runs already; tell whether it was started.

        Raises:
            ProcessError: Its program cannot be run.
        """
        with self._starting():
            if self.alive(spec.name):
                return False
            self._spawn(spec)
            return True

    def restart(self, name: str) -> bool:
        """Start a recorded process as it was started last, unless it runs; tell whether it was started.

        Raises:
            ProcessError: There is no such record, or its program cannot be run.
        """
        spec = self.spec(name)
        if spec is None:
            raise ProcessError(f"no process {name} is recorded in {self._state.dir}")
        return self.ensure(spec)

    def renew(self, spec: ProcessSpec) -> None:
        """Have a recorded process be started so from its next start on; one that runs goes on as it was started.

        Raises:
            ProcessError: There is no such record.
        """
        with self._starting():
            record = self._state.read(f"{_FOLDER}/{spec.name}")
            if record is None:
                raise ProcessError(f"no process {spec.name} is recorded in {self._state.dir}")
            self._state.write(f"{_FOLDER}/{spec.name}", {**record, **_how(spec)})

    def spec(self, name: str) -> ProcessSpec | None:
        """Return how a recorded process is started, or None where there is no record."""
        record = self._state.read(f"{_FOLDER}/{name}")
        if record is None:
            return None
        try:
            cwd = record["cwd"]
            return ProcessSpec(name, tuple(record["argv"]), dict(record["env"]), Path(cwd) if cwd else None)
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"the record of the process {name} in {self._state.dir} is damaged: {error!r}") from error

    def alive(self, name: str) -> bool:
        """Tell whether a process runs."""
        return self.pid(name) is not None

    def pid(self, name: str) -> int | None:
        """Return the pid of a process, or None where it does not run."""
        process = self._process(name)
        return None if process is None else process.pid

    def stop(self, name: str, grace_seconds: float) -> None:
        """Ask a process to end (SIGTERM) and kill what is left of it after a grace in seconds.

        Raises:
            ProcessError: Something is still there after SIGKILL.
        """
        self.stop_all([name], grace_seconds)

    def stop_all(self, names: Iterable[str], grace_seconds: float) -> None:
        """End several processes side by side; the grace in seconds is common to all.

        Raises:
            ProcessError: Something is still there after SIGKILL.
        """
        wanted = list(dict.fromkeys(names))
        found = self._families(wanted)
        leaders = [process for name in wanted if (process := self._process(name)) is not None]
        for process in leaders:
            identity.send(process, signal.SIGTERM)
        identity.wait(leaders, grace_seconds)
        self._kill([*leaders, *found])
        for name in wanted:
            self._stopped(name)

    def kill(self, *names: str) -> None:
        """End processes at once (SIGKILL), their children too.

        Raises:
            ProcessError: Something is still there afterwards.
        """
        self.stop_all(names, 0)

    def list(self) -> Sequence[ProcessRecord]:
        """List the recorded processes by name, those that do not run included."""
        records = []
        for record in self._state.names(_FOLDER):
            name = record.removeprefix(f"{_FOLDER}/")
            spec = self.spec(name)
            process = self._process(name)
            resident = 0
            if process is not None:
                with contextlib.suppress(psutil.Error):
                    resident = process.memory_info().rss
            program = Path(spec.argv[0]).name if spec and spec.argv else ""
            pid = None if process is None else process.pid
            records.append(ProcessRecord(name, pid, program, self.log(name), resident))
        return records

    def sweep(self) -> Sequence[str]:
        """Kill everything recorded, everything that carries a mark of this platform, and their children.

        Returns:
            The names of those that still ran.

        Raises:
            ProcessError: Something is still there after SIGKILL.
        """
        names = [record.removeprefix(f"{_FOLDER}/") for record in self._state.names(_FOLDER)]
        swept: set[str] = set()
        for name in names:
            try:
                if (process := self._process(name)) is not None:
                    swept.add(name)
                    self._kill([process])
            except StateError:
                continue  # a damaged record: the mark finds its process below
        while marked := dict(self._marks.carriers()):  # again: what was just dying may have started another
            swept |= set(marked.values())
            self._kill([*marked, *identity.children(marked)])
        for name in names:
            self._state.forget(f"{_FOLDER}/{name}")
        return sorted(swept)

    @staticmethod
    def strays(home: Path) -> Sequence[str]:
        """Name the platforms under *home* (the folder of all platforms) of which processes run but no state is left."""
        teams = {mark.state.name for _, mark in identity.marked() if mark.state.parent == home}
        return sorted(team for team in teams if contained.TEAM.fullmatch(team) and not (home / team).exists())

    def _starting(self) -> contextlib.AbstractContextManager[None]:
        return self._state.lock("processes.lock", wait=True)

    def _spawn(self, spec: ProcessSpec) -> None:
        argv = list(spec.argv)
        record = {**_how(spec), "status": "starting"}
        self._state.write(f"{_FOLDER}/{spec.name}", record)
        log = self._state.path("logs", f"{spec.name}.log")
        try:
            handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                child = subprocess.Popen(
                    argv,
                    env={**spec.env, MARK: self.mark(spec.name)},
                    cwd=spec.cwd or self._state.dir,
                    stdin=subprocess.DEVNULL,
                    stdout=handle,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            finally:
                os.close(handle)
        except OSError as error:
            self._state.forget(f"{_FOLDER}/{spec.name}")
            raise ProcessError(f"cannot start {spec.name} ({spec.argv[0]}): {error.strerror}") from error
        child.returncode = 0  # it is to outlive us: from here on it is known by its pid, not by this object
        try:
            self._runs(spec.name, record, psutil.Process(child.pid))
        except psutil.NoSuchProcess:  # it has ended already, which the next look at it tells
            self._state.write(f"{_FOLDER}/{spec.name}", {**record, "status": "stopped"})

    def _runs(self, name: str, record: dict[str, Any], process: psutil.Process) -> None:
        """Record which process it is."""
        facts = {"pid": process.pid, "created": process.create_time(), "program": identity.program_of(process)}
        self._state.write(f"{_FOLDER}/{name}", {**record, "status": "running", **facts})

    def _process(self, name: str) -> psutil.Process | None:
        """Return the running process of a record: by all that is known of it, or by mark where no pid was written."""
        record = self._state.read(f"{_FOLDER}/{name}")
        if record is None or record.get("status") == "stopped":
            return None
        if record.get("status") == "starting":
            for process, other in self._marks.carriers():
                if other == name and identity.session_leader(process):
                    self._runs(name, record, process)
                    return process
            return None
        try:
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) < CLOCK_SECONDS
            same = same and identity.program_of(process) == record["program"]
        except psutil.Error:
            return None
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"the record of the process {name} in {self._state.dir} is damaged: {error!r}") from error
        return (
            process
            if same and identity.is_marked(process, self._marks.wanted(name)) and identity.running(process)
            else None
        )

    def _families(self, names: Iterable[str]) -> Sequence[psutil.Process]:
        """Find all processes that carry the mark of one of *names*: the process itself and its own children.

        What a process has started under another mark (the machines daemon starts masters) is not its family.
        """
        wanted = set(names)
        return [process for process, name in self._marks.carriers() if name in wanted]

    def _stopped(self, name: str) -> None:
        record = self._state.read(f"{_FOLDER}/{name}")
        if record is not None:
            kept = {key: record.get(key) for key in ("argv", "env", "cwd")}
            self._state.write(f"{_FOLDER}/{name}", {**kept, "status": "stopped"})

    def _kill(self, processes: Iterable[psutil.Process]) -> None:
        targets = list(set(processes))
        for process in targets:
            identity.send(process, signal.SIGKILL)
        left = identity.wait(targets, _KILL_SECONDS)
        if left:
            pids = ", ".join(str(process.pid) for process in left)
            raise ProcessError(f"still running {_KILL_SECONDS:.0f} s after SIGKILL: pid {pids}")


def _how(spec: ProcessSpec) -> dict[str, Any]:
    return {"argv": list(spec.argv), "env": dict(spec.env), "cwd": str(spec.cwd) if spec.cwd else None}

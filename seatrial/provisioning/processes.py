"""Processes that outlive the command that started them, and can always be found again.

A process is recorded before it is started (`state`/processes/<name>.json) and carries its mark in its environment, so
that a crash at any point leaves either a recorded pid or a marked process, never a stray one. A pid counts only
together with its creation time and its mark: a number that the system has given to somebody else is never signalled.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from seatrial.errors import SeatrialError
from seatrial.provisioning.state import PlatformState, StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MARK = "SEATRIAL_PROCESS"
_FOLDER = "processes"
_POLL_SECONDS = 0.02
_CLOCK_SECONDS = 2.0  # creation times shift by so much when the system's clock is set
_KILL_SECONDS = 5.0  # how long a process may take to go after SIGKILL, which the kernel delivers at once


class ProcessError(SeatrialError):
    """A process could not be started or ended; the message names it and says why."""


@dataclass(frozen=True)
class ProcessSpec:
    """How to run a process.

    Attributes:
        name: Its name within the platform: lower-case letters, digits, dashes.
        argv: The program's path and its arguments.
        env: Its whole environment but for the mark, which is added.
        cwd: Its working directory; the state directory where None.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path | None = None


@dataclass(frozen=True)
class ProcessRecord:
    """What is known of a recorded process; `pid` is None where it does not run."""

    name: str
    pid: int | None
    program: str
    log: Path
    resident: int
    """Resident memory in bytes; 0 where it does not run."""


class ProcessTable:
    """The processes of one platform."""

    def __init__(self, state: PlatformState) -> None:
        self._state = state

    def mark(self, name: str) -> str:
        """Return the value of the environment mark that the process *name* carries."""
        return f"{self._state.dir}#{name}"

    @contextlib.contextmanager
    def marking(self, name: str) -> Iterator[None]:
        """Let every program that this process starts meanwhile carry the mark *name*, whoever starts it.

        What a killed command leaves running is then found by `sweep`, though no record was ever written of it.
        """
        before = os.environ.get(MARK)
        os.environ[MARK] = self.mark(name)
        try:
            yield
        finally:
            if before is None:
                del os.environ[MARK]
            else:
                os.environ[MARK] = before

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

    def spec(self, name: str) -> ProcessSpec | None:
        """Return how a recorded process was started last, or None where there is no record."""
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
            _signal(process, signal.SIGTERM)
        _wait(leaders, grace_seconds)
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
        while marked := dict(_marked(f"{self._state.dir}#")):  # again: what was just dying may have started another
            swept |= set(marked.values())
            self._kill([*marked, *_children(marked)])
        for name in names:
            self._state.forget(f"{_FOLDER}/{name}")
        return sorted(swept)

    @staticmethod
    def strays(home: Path) -> Sequence[str]:
        """Name the platforms under *home* (the folder of all platforms) of which processes run but no state is left."""
        marks = {process.environ()[MARK] for process, _ in _marked(f"{home}/")}
        teams = {mark.removeprefix(f"{home}/").partition("#")[0] for mark in marks}
        return sorted(team for team in teams if not (home / team).exists())

    def _starting(self) -> contextlib.AbstractContextManager[None]:
        return self._state.lock("processes.lock", wait=True)

    def _spawn(self, spec: ProcessSpec) -> None:
        argv = list(spec.argv)
        record = {
            "argv": argv,
            "env": dict(spec.env),
            "cwd": str(spec.cwd) if spec.cwd else None,
            "status": "starting",
        }
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
            created = psutil.Process(child.pid).create_time()
        except psutil.NoSuchProcess:
            created = 0.0  # it has ended already, which the next look at it tells
        self._state.write(
            f"{_FOLDER}/{spec.name}", {**record, "status": "running", "pid": child.pid, "created": created}
        )

    def _process(self, name: str) -> psutil.Process | None:
        """Return the running process of a record: by pid and creation time, or by mark where no pid was written."""
        record = self._state.read(f"{_FOLDER}/{name}")
        if record is None or record.get("status") == "stopped":
            return None
        if record.get("status") == "starting":
            for process, _ in _marked(self.mark(name), exact=True):
                if _session_leader(process):
                    created = process.create_time()
                    self._state.write(
                        f"{_FOLDER}/{name}", {**record, "status": "running", "pid": process.pid, "created": created}
                    )
                    return process
            return None
        try:
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) < _CLOCK_SECONDS and self._marked(process, name)
        except psutil.Error:
            return None
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"the record of the process {name} in {self._state.dir} is damaged: {error!r}") from error
        return process if same and _running(process) else None

    def _marked(self, process: psutil.Process, name: str) -> bool:
        try:
            environ = process.environ()
        except psutil.AccessDenied:
            return True  # some systems hide it: then the creation time has to do
        # It is empty for a moment while a program is loaded.
        return not environ or environ.get(MARK) == self.mark(name)

    def _families(self, names: Iterable[str]) -> Sequence[psutil.Process]:
        """Find all processes that carry the mark of one of *names*: the process itself and its own children.

        What a process has started under another mark (the machines daemon starts masters) is not its family.
        """
        marks = {self.mark(name) for name in names}
        return [process for process, mark in _marked(f"{self._state.dir}#") if self.mark(mark) in marks]

    def _stopped(self, name: str) -> None:
        record = self._state.read(f"{_FOLDER}/{name}")
        if record is not None:
            kept = {key: record.get(key) for key in ("argv", "env", "cwd")}
            self._state.write(f"{_FOLDER}/{name}", {**kept, "status": "stopped"})

    def _kill(self, processes: Iterable[psutil.Process]) -> None:
        targets = list(set(processes))
        for process in targets:
            _signal(process, signal.SIGKILL)
        left = _wait(targets, _KILL_SECONDS)
        if left:
            pids = ", ".join(str(process.pid) for process in left)
            raise ProcessError(f"still running {_KILL_SECONDS:.0f} s after SIGKILL: pid {pids}")


def _marked(prefix: str, *, exact: bool = False) -> Iterator[tuple[psutil.Process, str]]:
    """Find the running processes whose mark starts with (or is) *prefix*, each with the name in its mark."""
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(MARK, "")
        except (psutil.Error, OSError):
            continue  # gone meanwhile, or another user's
        if (mark == prefix if exact else mark.startswith(prefix)) and process.pid != os.getpid() and _running(process):
            yield process, mark.rpartition("#")[2]


def _children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found.extend(process.children(recursive=True))
    return found


def _session_leader(process: psutil.Process) -> bool:
    try:
        return os.getsid(process.pid) == process.pid
    except OSError:
        return False


def _running(process: psutil.Process) -> bool:
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return process.is_running()
    except psutil.Error:
        return False
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # our own child that has ended: let the kernel forget it
    return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)  # psutil compares the creation time first


def _wait(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended; give those that have not in time. A zombie has ended, whoever its parent is."""
    limit = time.monotonic() + seconds
    left = [process for process in processes if _running(process)]
    while left and time.monotonic() < limit:
        time.sleep(_POLL_SECONDS)  # POSIX has no wait for processes that are not our children
        left = [process for process in left if _running(process)]
    return left

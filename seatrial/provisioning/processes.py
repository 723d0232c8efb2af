"""Processes that outlive the command that started them, and can always be found again.

A process is recorded before it is started (`state`/processes/<name>.json) and carries its mark in its environment, so
that a crash at any point leaves either a recorded pid or a marked process, never a stray one. A pid counts only
together with its user, its program, its creation time and its mark (see `identity`): a number that the system has given
to somebody else is never signalled, nor what another user passes off as ours.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from seatrial import contained
from seatrial.errors import SeatrialError
from seatrial.provisioning import identity
from seatrial.provisioning.identity import MARK, Mark
from seatrial.provisioning.state import PlatformState, StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["MARK", "ProcessError", "ProcessRecord", "ProcessSpec", "ProcessTable"]

_FOLDER, _SECRET = "processes", "mark"
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
        return str(Mark(self._state.dir, name, self._secret()))

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
        while marked := dict(self._marked()):  # again: what was just dying may have started another
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
            for process, other in self._marked():
                if other == name and identity.session_leader(process):
                    self._runs(name, record, process)
                    return process
            return None
        try:
            process = psutil.Process(record["pid"])
            same = abs(process.create_time() - record["created"]) < _CLOCK_SECONDS
            same = same and identity.program_of(process) == record["program"]
        except psutil.Error:
            return None
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"the record of the process {name} in {self._state.dir} is damaged: {error!r}") from error
        wanted = Mark(self._state.dir, name, self._known_secret())
        return process if same and identity.is_marked(process, wanted) and identity.running(process) else None

    def _marked(self) -> Iterator[tuple[psutil.Process, str]]:
        """Find the running processes of this platform by their marks, each with the name in its mark.

        What is older than the secret was started by a command that was killed before it recorded one: its user has
        to do, as it has where the state is gone.
        """
        secret, since = self._known_secret(), self._proof().get("since", float("inf"))
        before = since - _CLOCK_SECONDS
        for process, mark in identity.marked():
            with contextlib.suppress(psutil.Error):
                if mark.state == self._state.dir and (mark.secret == secret or process.create_time() < before):
                    yield process, mark.name

    def _proof(self) -> dict[str, Any]:
        with contextlib.suppress(StateError):
            return self._state.read(_SECRET) or {}
        return {}  # damaged

    def _known_secret(self) -> str:
        return str(self._proof().get("secret", ""))

    def _secret(self) -> str:
        """Return what the platform's processes carry as a proof; it is made, and recorded once there is a state."""
        if known := self._known_secret():
            return known
        own = identity.parse(os.environ.get(MARK, ""))  # made by this command before there was a state
        secret = own.secret if own is not None and own.state == self._state.dir else secrets.token_hex(16)
        if self._state.exists():
            self._state.write(_SECRET, {"secret": secret, "since": time.time()})
        return secret

    def _families(self, names: Iterable[str]) -> Sequence[psutil.Process]:
        """Find all processes that carry the mark of one of *names*: the process itself and its own children.

        What a process has started under another mark (the machines daemon starts masters) is not its family.
        """
        wanted = set(names)
        return [process for process, name in self._marked() if name in wanted]

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

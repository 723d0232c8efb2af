"""A private Docker engine: its own socket and folders, its images kept in the cache from one run to the next."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from provision.engine import host, remains
from provision.engine.client import Engine, EngineError
from provision.engine.packages import ensure, which
from provision.toolchain.locking import held
from seatrial.provisioning import identity
from seatrial.provisioning.processes import MARK as PLATFORM_MARK

PROGRAMS = {"dockerd": "docker.io", "docker": "docker.io", "iptables": "iptables", "runc": "runc", "ip": "iproute2"}
"""The Debian package of each program that is needed."""

_RUN, _DAEMON = Path("/run"), "dockerd"
_READY_SECONDS = 60.0
_STOP_SECONDS = 60.0
_POLL_SECONDS = 0.1
_CLOCK_SECONDS = 2.0
_TAIL_LINES = 12


class PrivateEngine:
    """Docker, started by us, for as long as somebody uses it.

    Args:
        cache: The cache's folder: images are kept below it.
        say: Told how it goes.
    """

    def __init__(self, cache: Path, say: Callable[[str], None]) -> None:
        self._say = say
        self._data = cache / "engine" / "docker"
        # Sockets have short names only, and nothing here outlives a restart of the machine: so not in the cache.
        self.folder = _RUN / f"seatrial-engine-{hashlib.sha256(str(cache).encode()).hexdigest()[:8]}"
        self._socket = self.folder / "docker.sock"
        self._record = self.folder / "dockerd.json"
        self._log = cache / "engine" / "dockerd.log"

    @property
    def address(self) -> str:
        """The value for ``DOCKER_HOST``."""
        return f"unix://{self._socket}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the engine run; it is stopped when its last user is done. One left by a killed run is used and stopped.

        Raises:
            EngineError: It cannot be started; the message has its last words.
        """
        if os.geteuid() != 0:
            raise EngineError("A private engine needs root. Run the command as root, or install and start Docker.")
        ensure(PROGRAMS, self._say)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        with (self.folder / "users").open("a") as users:
            with held(self.folder / "lock"):
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            try:
                yield
            finally:
                with held(self.folder / "lock"):
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        self._say("the private engine goes on: another command uses it")
                    else:
                        self.stop()

    def stop(self) -> None:
        """Stop the engine, with all its containers, and remove what it left on the machine but its images."""
        bridges = self._bridges()
        process = self._process()
        if process is not None:
            identity.send(process, signal.SIGTERM)
            with suppress(psutil.NoSuchProcess):
                psutil.wait_procs([process], timeout=_STOP_SECONDS)
        remains.kill(self.folder)
        remains.unmount([self._data, self.folder])
        remains.remove_bridges(bridges)
        record = self._read()
        before = [tuple(chain) for chain in record.get("chains", [])]
        mine = [chain for chain in remains.packet_filter_chains() if chain not in before]
        if "chains" in record:
            remains.remove_packet_filter_chains(mine, bridges)
        if "forwarding" in record:
            remains.restore_forwarding(record["forwarding"])
        self._record.unlink(missing_ok=True)
        for left in ("exec", "docker.sock", "docker.pid", "runtime"):
            path = self.folder / left
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

    def _start(self) -> None:
        started = time.monotonic()
        if self._process() is not None and self._answers():
            self._say("private engine: one is running, it is used")
            return
        if self._read():
            self._say("private engine: removing what a killed run has left")
            self.stop()
        host.raise_inotify_limits()
        host.raise_open_files()
        self._data.mkdir(parents=True, exist_ok=True)
        record: dict[str, object] = {"chains": remains.packet_filter_chains(), "forwarding": remains.forwarding()}
        self._record.write_text(json.dumps(record))
        process = self._spawn()
        self._record.write_text(json.dumps({**record, "pid": process.pid, "created": _created(process.pid)}))
        while not self._answers():
            if process.poll() is not None or time.monotonic() - started > _READY_SECONDS:
                tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
                self.stop()
                raise EngineError(f"dockerd did not come up within {_READY_SECONDS:.0f} s. Its last words:\n{tail}")
            time.sleep(_POLL_SECONDS)
        self._say(f"private engine started, {time.monotonic() - started:.1f} s")

    def _spawn(self) -> subprocess.Popen[bytes]:
        program = which("dockerd") or "dockerd"
        command = [
            program,
            f"--host={self.address}",
            f"--data-root={self._data}",
            f"--exec-root={self.folder / 'exec'}",
            f"--pidfile={self.folder / 'docker.pid'}",
            "--group=root",
            # Platforms have networks of their own; what uses none has no way out, and needs none.
            "--bridge=none",
            "--log-level=warn",
        ]
        if host.lacks_sys_resource():
            runtime = host.write_runtime(self.folder / "runtime")
            command += [f"--add-runtime=less={runtime}", "--default-runtime=less"]
        environ = {name: value for name, value in os.environ.items() if name not in {PLATFORM_MARK, "DOCKER_HOST"}}
        with self._log.open("wb") as log:
            return subprocess.Popen(
                command,
                env={**environ, remains.MARK: str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _client(self) -> Engine:
        return Engine(which("docker") or "docker", "docker")

    def _environ(self) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": self.address}

    def _answers(self) -> bool:
        if not self._socket.exists():
            return False
        ask = ("version", "--format", "{{.Server.Version}}")
        return self._client().attempt(*ask, environ=self._environ()).returncode == 0

    def _bridges(self) -> list[str]:
        """Name the bridges of the engine's networks, which it would leave behind for its next start."""
        if not self._answers():
            return []
        ask = ("network", "ls", "--filter=driver=bridge", "--format={{.ID}}")
        ids = self._client().run(*ask, environ=self._environ()).split()
        if not ids:
            return []
        told = '{{.Id}} {{with index .Options "com.docker.network.bridge.name"}}{{.}}{{end}}'
        lines = self._client().run("network", "inspect", f"--format={told}", *ids, environ=self._environ()).splitlines()
        named = [line.split() for line in lines]
        return [words[1] if len(words) > 1 else f"br-{words[0][:12]}" for words in named]

    def _read(self) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return {}
        return record

    def _process(self) -> psutil.Process | None:
        """Return the daemon that was started last, if it still runs: by pid and creation time."""
        record = self._read()
        with suppress(psutil.Error, KeyError, TypeError):
            process = psutil.Process(int(record["pid"]))
            created = float(record["created"])
            same = abs(process.create_time() - created) < _CLOCK_SECONDS and process.name() == _DAEMON
            if same and identity.ours(process) and process.status() != psutil.STATUS_ZOMBIE:
                return process
        # The run was killed between the start and its record.
        return next((one for one in remains.processes(self.folder) if one.name() == _DAEMON), None)


def _created(pid: int) -> float:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).create_time()
    return 0.0

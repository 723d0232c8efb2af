"""The private engine, for real: started, used, stopped; killed and found again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from provision.engine import answers, remains
from provision.engine.packages import which
from provision.engine.private import PrivateEngine

_LIMIT = 120


def _why_not() -> str:
    if os.geteuid() != 0 or which("dockerd") is None:
        return "a private engine needs root and Docker's packages"
    if answers() or any(process.name() == "dockerd" for process in psutil.process_iter(["name"])):
        return "a container engine runs already: two would change one another's packet filter"
    return ""


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "-")


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """An environment with a cache of the test's own; what its engine leaves is ended."""
    chosen = {name: value for name, value in os.environ.items() if name != "DOCKER_HOST"}
    yield {**chosen, "SEATRIAL_CACHE": str(tmp_path)}
    engine = PrivateEngine(tmp_path, lambda _text: None)
    engine.stop()
    for path in sorted(engine.folder.glob("*")):
        path.unlink()
    engine.folder.rmdir()


def run(environ: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "provision.engine", "run", "--", *command]
    return subprocess.run(line, env=environ, capture_output=True, text=True, check=False, timeout=_LIMIT)


def state(folder: Path) -> tuple[object, ...]:
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(folder) in line]
    bridges = sorted(path.parent.name for path in Path("/sys/class/net").glob("*/bridge"))
    return mounts, bridges, remains.packet_filter_chains(), remains.forwarding(), remains.processes(folder)


def test_a_command_has_an_engine_and_nothing_is_left(environ: Mapping[str, str], tmp_path: Path) -> None:
    """The command finds an engine; afterwards no process, mount, bridge or rule of it is left."""
    folder = PrivateEngine(tmp_path, lambda _text: None).folder
    before = state(folder)
    script = "docker network create --driver=bridge --subnet=10.213.255.0/24 left-behind && docker version"
    done = run(environ, "sh", "-c", script)
    assert (0, "Server" in done.stdout) == (done.returncode, True), done.stderr
    assert before == state(folder)


def test_the_exit_code_is_the_commands(environ: Mapping[str, str]) -> None:
    """What the command ends with is what the run ends with."""
    assert run(environ, "sh", "-c", "exit 7").returncode == 7


def test_what_a_killed_run_left_is_used_and_ended(environ: Mapping[str, str], tmp_path: Path) -> None:
    """After a kill -9 the engine goes on; the next run uses that one, and stops it."""
    line = [sys.executable, "-m", "provision.engine", "run", "--", "sh", "-c", "echo up; exec sleep 600"]
    with subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as killed:
        assert killed.stdout is not None
        said = killed.stdout.readline()
        command = [child for child in psutil.Process(killed.pid).children() if child.name() != "dockerd"]
        killed.kill()
        for process in command:
            process.kill()
    assert said == "up\n"
    folder = PrivateEngine(tmp_path, lambda _text: None).folder
    assert remains.processes(folder)
    done = run(environ, "docker", "version")
    assert (0, True) == (done.returncode, "one is running, it is used" in done.stderr)
    assert remains.processes(folder) == []

"""Builds from Go modules, and what is said when nothing is left to try."""

from __future__ import annotations

import errno
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from provision.toolchain import Toolchain, ToolchainError, ToolProgress
from provision.toolchain import gobuild as go_build

from .conftest import PLATFORM, demo
from .mirror import Mirror

Make = Callable[..., Toolchain]
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="needs Go on PATH")


def _stand_in(folder: Path, *, version: str, build: str = "exit 1") -> str:
    """Put a program named ``go`` into a folder of its own; return a PATH that has it."""
    folder.mkdir()
    go = folder / "go"
    told = f'{{"GOVERSION": "go{version}", "GOTOOLCHAIN": "local"}}'
    go.write_text(f"#!/bin/sh\nif [ $1 = env ]; then echo '{told}'; exit; fi\n{build}\n")
    go.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@needs_go
def test_an_offline_machine_builds(
    make: Make, with_go: dict[str, str], nobody: str, lines: list[ToolProgress], mirror: Mirror
) -> None:
    """Without a server the tool is built at once, and one line says why."""
    began = time.monotonic()

    path = make(demo(pin="0" * 64), PATH=with_go["PATH"], SEATRIAL_MIRROR=nobody).ensure("demo")

    said = subprocess.run([path], capture_output=True, text=True, check=True).stdout
    assert said == "demo v1.2.3\n"
    assert [line.stage for line in lines if "cannot be reached" in line.detail] == ["note"]
    assert lines[-1].stage == "ready"
    assert lines[-1].detail == "built from Go modules"
    assert lines[-1].seconds <= time.monotonic() - began
    assert mirror.requests == []


@needs_go
def test_a_release_that_is_not_there_is_built(make: Make, with_go: dict[str, str], mirror: Mirror) -> None:
    """A mirror that lacks the file does not stop anybody."""
    mirror.files.clear()

    assert make(demo(pin="0" * 64), PATH=with_go["PATH"]).ensure("demo").exists()


@needs_go
def test_downloads_can_be_switched_off(make: Make, with_go: dict[str, str], mirror: Mirror) -> None:
    """With SEATRIAL_DOWNLOADS=never no server is asked."""
    make(demo(pin="0" * 64), PATH=with_go["PATH"], SEATRIAL_DOWNLOADS="never").ensure("demo")

    assert mirror.requests == []


@needs_go
def test_a_platform_without_a_release_builds(make: Make, with_go: dict[str, str], mirror: Mirror) -> None:
    """What is not released for this platform, as the API server is not for macOS, is built."""
    tool = demo(pin="0" * 64)
    elsewhere = replace(tool, release=replace(tool.release, platforms=("plan9-arm",)))

    assert make(elsewhere, PATH=with_go["PATH"]).ensure("demo").exists()
    assert mirror.requests == []


@needs_go
def test_a_failed_build_shows_the_last_lines(
    make: Make, with_go: dict[str, str], modules: Path, tmp_path: Path
) -> None:
    """The message has what go said, and nothing half done stays."""
    (modules / "demo" / "main.go").write_text("package main\n\nfunc main() { nonsense() }\n")

    with pytest.raises(ToolchainError, match=r"demo 1.2.3 could not be built(?s:.*)undefined: nonsense"):
        make(demo(), PATH=with_go["PATH"], SEATRIAL_DOWNLOADS="never").ensure("demo")

    assert list((tmp_path / f"cache/tools/demo/1.2.3/{PLATFORM}").iterdir()) == []


def test_an_interrupted_build_stops_its_processes(
    make: Make, modules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends go and the compilers that it started, and nothing half done stays."""
    monkeypatch.setattr(go_build, "TICK_SECONDS", 0.02)
    path = _stand_in(tmp_path / "go", version="1.26.0", build="sleep 60 &\necho $! >pid.new\nmv pid.new pid\nwait")
    compilers: list[psutil.Process] = []

    def report(progress: ToolProgress) -> None:
        pid = modules / "demo" / "pid"
        if progress.tick and pid.exists():
            compilers.append(psutil.Process(int(pid.read_text())))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(demo(), report=report, PATH=path, SEATRIAL_DOWNLOADS="never").ensure("demo")

    _, alive = psutil.wait_procs(compilers, 10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert list((tmp_path / f"cache/tools/demo/1.2.3/{PLATFORM}").iterdir()) == []


def test_no_go_and_no_network_is_one_error(make: Make, nobody: str) -> None:
    """One message names every missing tool, why no source has it, and what to do."""
    toolchain = make(demo(pin="0" * 64), demo(pin="0" * 64, name="other"), SEATRIAL_MIRROR=nobody)

    with pytest.raises(ToolchainError) as error:
        toolchain.ensure_all(["demo", "other"])

    host = nobody.removeprefix("http://")
    refused = f"[Errno {errno.ECONNREFUSED}] Connection refused"
    reason = f"{host} cannot be reached ({refused}); Go 1.21 or newer is not on PATH"
    expected = (
        f"These tools are missing and cannot be had ({PLATFORM}):\n"
        f"  demo 1.2.3: {reason}\n"
        f"  other 1.2.3: {reason}\n"
        "Install Go 1.21 or newer to build them here; or set SEATRIAL_MIRROR to a web server that has the releases' "
        "files; or set KUBEBUILDER_ASSETS to a directory with programs of exactly these versions."
    )
    assert expected == str(error.value)


def test_a_go_that_is_too_old_is_named(make: Make, tmp_path: Path) -> None:
    """A Go that cannot build the module counts as none."""
    path = _stand_in(tmp_path / "go", version="1.19.5")

    with pytest.raises(ToolchainError, match=r"/go/go is Go 1.19.5, Go 1.21 or newer is needed"):
        make(demo(), PATH=path, SEATRIAL_DOWNLOADS="never").ensure("demo")

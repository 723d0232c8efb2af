"""A mirror, a small table of tools, and a toolchain over both."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provision.toolchain import Toolchain, ToolProgress
from provision.toolchain.model import GoModule, Release, Tool, this_platform

from .mirror import File, Mirror

SCRIPT = b"#!/bin/sh\necho demo version v1.2.3\n"
PLATFORM = this_platform()
DEMO_PATH = f"/demo/v1.2.3/demo-{PLATFORM}"
MAIN_GO = """package main

import "os"

var version = "none"

func main() { os.Stdout.WriteString("demo " + version + "\\n") }
"""


def sha256(content: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


def program(version: str) -> bytes:
    """Return a program that says it is ``version``."""
    return f"#!/bin/sh\necho demo version {version}\n".encode()


def demo(*, pin: str | None = None, hashes: str | None = None, name: str = "demo") -> Tool:
    """Return a tool that is published as a plain file, and that Go can build."""
    return Tool(
        name=name,
        version="1.2.3",
        version_args=("--version",),
        release=Release(
            url="https://releases.example.com/" + name + "/v{version}/" + name + "-{os}-{arch}",
            platforms=(PLATFORM,),
            pins={PLATFORM: pin} if pin else {},
            hashes=hashes,
        ),
        module=GoModule("demo", "example.com/demo", ("main.version=v1.2.3",)),
    )


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A server that has the demo tool."""
    server = Mirror()
    server.files[DEMO_PATH] = File(SCRIPT)
    yield server
    server.close()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address on which nobody answers: the port is taken, but no connection is accepted."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A folder with the demo tool's Go module."""
    folder = tmp_path / "modules" / "demo"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module example.com/demo\n\ngo 1.21\n")
    (folder / "main.go").write_text(MAIN_GO)
    return folder.parent


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without any tool and without Go."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    ours = ("SEATRIAL_", "KUBEBUILDER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PATH": str(nothing)}


@pytest.fixture
def with_go(environ: dict[str, str]) -> dict[str, str]:
    """The same environment with the machine's Go."""
    environ["PATH"] = os.environ["PATH"]
    return environ


@pytest.fixture
def lines() -> list[ToolProgress]:
    """What was reported."""
    return []


@pytest.fixture
def make(
    tmp_path: Path, mirror: Mirror, modules: Path, environ: dict[str, str], lines: list[ToolProgress]
) -> Callable[..., Toolchain]:
    """Make a toolchain of the given tools; keywords are environment variables."""

    def _make(*tools: Tool, report: Callable[[ToolProgress], None] = lines.append, **variables: str) -> Toolchain:
        return Toolchain(
            tmp_path / "cache",
            {**environ, "SEATRIAL_MIRROR": mirror.url, **variables},
            report,
            tools={tool.name: tool for tool in tools},
            lock=tmp_path / "toolchain.lock",
            modules=modules,
        )

    return _make

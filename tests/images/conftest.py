"""What the tests of the images share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from provision.registry_tokens import RegistryTokens
from provision.toolchain import Toolchain
from provision.toolchain.cache import cache_dir
from provision.toolchain.catalogue_images import IMAGE_TOOLS

STARTS = 60.0  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tool(name: str) -> Path:
    """Return a program that the cache has; building one takes minutes and is no matter of these tests."""
    status = Toolchain(tools=IMAGE_TOOLS).look(name)
    if status.path is None:
        pytest.skip(f"{name} is not built yet; `seatrial images build` builds it into {cache_dir(os.environ)}")
    return status.path


def answers(url: str) -> None:
    """Wait until *url* answers."""
    until = time.monotonic() + STARTS
    with httpx2.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < until:
            try:
                if client.get(url).status_code < 500:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.02)  # a program that starts has no event to wait for
    raise AssertionError(f"no answer from {url} within {STARTS:g} s")


@contextmanager
def running(argv: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while this is entered."""
    with log.open("ab") as out, subprocess.Popen(argv, stdout=out, stderr=out, env={**os.environ, **environment}) as it:
        try:
            yield it
        finally:
            it.send_signal(signal.SIGTERM)
            try:
                it.wait(20)
            except subprocess.TimeoutExpired:
                it.kill()


@pytest.fixture
def tokens(tmp_path: Path) -> RegistryTokens:
    """What makes the tokens that the registry takes."""
    return RegistryTokens(tmp_path)


@pytest.fixture
def registry(tmp_path: Path, tokens: RegistryTokens) -> Iterator[str]:
    from provision.images.registry_program import registry_command, registry_settings  # noqa: PLC0415

    port = free_port()
    file = registry_settings(tmp_path, tmp_path / "storage", "127.0.0.1", port, tokens)
    argv, environment = registry_command(tool("registry"), file)
    with running(argv, tmp_path / "registry.log", **environment):
        answers(f"http://127.0.0.1:{port}/v2/")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def ferretdb(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    data = tmp_path / "data"
    data.mkdir()
    with running([str(tool("ferretdb")), f"-listen-addr=127.0.0.1:{port}", f"-data={data}"], tmp_path / "ferretdb.log"):
        until = time.monotonic() + STARTS
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)  # a program that starts has no event to wait for
        yield port


Start = Callable[..., str]

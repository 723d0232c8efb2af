"""The small shop in examples/: its words are known, its programs serve what its observer reads, and it stays small."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
import yaml

from provision.toolchain import Toolchain
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to, holds
from seatrial.errors import StandupError

SHOP = Path(__file__).parents[2] / "examples" / "shop"
MOST_LINES = 150
PARTS = ("catalogue", "prices", "page")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a module of the example, which is gone from this process afterwards."""
    monkeypatch.syspath_prepend(str(SHOP))
    imported: list[str] = []

    def load(name: str) -> ModuleType:
        imported.extend(["shop", name])
        return importlib.import_module(name)

    yield load
    for name in imported:
        sys.modules.pop(name, None)


@pytest.fixture
def addresses() -> Iterator[dict[str, str]]:
    """The shop's programs, on this machine: where each listens, by its name."""
    ports = dict(zip(PARTS, _free_ports(len(PARTS)), strict=True))
    where = {part: f"http://127.0.0.1:{port}" for part, port in ports.items()}
    running = []
    for part, port in ports.items():
        told = {"LISTEN": f"127.0.0.1:{port}", "CATALOGUE": where["catalogue"], "PRICES": where["prices"]}
        command = [sys.executable, "-B", str(SHOP / "manifests" / "serve.py"), part]
        running.append(subprocess.Popen(command, env={**os.environ, **told}))
    yield where
    for process in running:
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def test_lint(tmp_path: Path) -> None:
    """In a folder of its own, every sentence has words."""
    shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "lint"]
    done = subprocess.run(command, cwd=tmp_path / "shop", capture_output=True, text=True, timeout=300, check=False)
    assert (0, "features, words, breaks, manifests and platform.yaml are in order\n") == (
        done.returncode,
        done.stdout,
    ), done.stderr


def test_it_is_small() -> None:
    """Three methods and what they need: nobody has to read more to write another."""
    assert len((SHOP / "provisioning.py").read_text("utf-8").splitlines()) < MOST_LINES


def test_its_manifests() -> None:
    """Every workload runs the image that is pinned by its digest, and the one copy of the program."""
    kubectl = Toolchain().look("kubectl").path
    if kubectl is None:
        pytest.skip("kubectl is not in the cache yet")
    command = [str(kubectl), "kustomize", str(SHOP / "manifests")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = [one for one in yaml.safe_load_all(done.stdout) if one["kind"] == "Deployment"]
    assert set(PARTS) == {one["metadata"]["name"] for one in found}
    pods = [one["spec"]["template"]["spec"] for one in found]
    (image,) = {container["image"] for pod in pods for container in pod["containers"]}
    assert re.fullmatch(r"docker\.io/library/python@sha256:[0-9a-f]{64}", image)
    assert 1 == len({pod["volumes"][0]["configMap"]["name"] for pod in pods})


def test_what_a_customer_sees(module: Any, addresses: dict[str, str]) -> None:
    """The observer reads what the three programs serve together; what one of them lacks is not for sale."""
    shop = module("shop").Shop(lambda: addresses["page"])
    eventually(lambda: len(shop.wares()), equal_to(3, "wares"), within=30)
    assert {"price": 3} == shop.wares()["apples"]
    assert "quinces" not in shop.wares()


def test_a_part_that_is_gone(module: Any, addresses: dict[str, str]) -> None:
    """What the page is not told it does not make up: it says that it cannot answer."""
    (port,) = _free_ports(1)
    told = {"LISTEN": f"127.0.0.1:{port}", "CATALOGUE": addresses["catalogue"], "PRICES": f"http://127.0.0.1:{port}/x"}
    command = [sys.executable, "-B", str(SHOP / "manifests" / "serve.py"), "page"]
    with subprocess.Popen(command, env={**os.environ, **told}) as page:
        try:
            shop = module("shop").Shop(lambda: f"http://127.0.0.1:{port}")
            eventually(lambda: _failure(shop), holds("an answer", lambda said: "503" in said), within=30)
        finally:
            page.kill()


def _failure(shop: Any) -> str:
    try:
        return str(shop.wares())
    except httpx2.HTTPError as error:
        return str(error)


def test_its_errors_are_short(module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that fails, or is not there, is one message with its last words; a cluster that is gone is lacking."""
    built = module("provisioning")
    (tmp_path / "kubectl").write_text("#!/bin/sh\necho one >&2\necho the last words >&2\nexit 1\n")
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(StandupError, match=r"^`kubectl x`: the last words$"):
        built._run("kubectl", "x")
    with pytest.raises(StandupError, match=r"no-such-program: .*; `seatrial doctor` says what is needed"):
        built._run("no-such-program")
    state = built.PlatformState(tmp_path, "shop")
    (lacking,) = built.Provisioning(tmp_path).lacking(state)
    assert "the last words" in lacking
    states = {check.name: check.state for check in built.Provisioning(tmp_path).doctor("kind")}
    assert "found" == states["kubectl"]

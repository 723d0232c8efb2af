"""The default backend, run as a program."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx2
import pytest

from provision.images.parts import IMAGES
from tests.images.conftest import answers, free_port, running


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/healthz", 200), ("GET", "/healthz/no", 404), ("POST", "/x", 404), ("HEAD", "/", 404)],
)
def test_it_answers_404_but_for_its_health(tmp_path: Path, method: str, path: str, status: int) -> None:
    """Everything is not found, but its own health."""
    port = free_port()
    environment = {"PORT": str(port), "PYTHONPATH": str(IMAGES / "default-backend")}
    with running([sys.executable, "-m", "default_backend"], tmp_path / "log", **environment) as process:
        answers(f"http://127.0.0.1:{port}/healthz")
        content = "body" if method == "POST" else None
        assert httpx2.request(method, f"http://127.0.0.1:{port}{path}", content=content).status_code == status
        process.terminate()
        assert process.wait(20) == 0

"""Fixtures for tests of the whole project."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A copy of the project, open to every user, with loopback addresses that no platform picks by itself."""
    with tempfile.TemporaryDirectory(prefix="seatrial-system-") as folder:
        Path(folder).chmod(0o755)
        made = Sandbox(Path(folder), f"127.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}")
        yield made
        made.end()
        assert [] == made.left()

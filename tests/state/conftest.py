"""A platform's state, and its processes, which are swept after each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.state import PlatformState


@pytest.fixture
def state(tmp_path: Path) -> PlatformState:
    return PlatformState(tmp_path, "team1")


@pytest.fixture
def table(state: PlatformState) -> Iterator[ProcessTable]:
    table = ProcessTable(state)
    yield table
    table.sweep()

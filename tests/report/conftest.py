"""The project of another team, and runs of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.project import Project

from .parts import Shards


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of another team, with its own platform, words and features."""
    monkeypatch.delenv("TEAMID", raising=False)
    return Project(pytester)


@pytest.fixture
def three(tmp_path: Path) -> Shards:
    """The three shards."""
    return Shards(tmp_path)

"""A project of another team that declares breaks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.harness.project import Project


class Sabotaged(Project):
    """Their project: a shelf whose scenarios look at one thing each, and breaks of it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        super().__init__(pytester)
        table = (self.path / "pyproject.toml").read_text()
        (self.path / "pyproject.toml").write_text(f'{table}sabotages = "breaks:SABOTAGES"\n')
        shutil.copy(Path(__file__).with_name("theirs.py"), self.path / "breaks.py")
        self.scenarios(
            apple='Then the apple is "red"',
            pear='Then the pear is "green"',
            painter='When the plum is painted "white"; Then the plum is "white"; And the apple is "red"',
        )
        self.declare("smeared|apple|black")

    def declare(self, *breaks: str) -> None:
        """Declare breaks, each as ``name|scenario|word``."""
        (self.path / "breaks.txt").write_text("\n".join(breaks))

    def excuse(self, *reasons: str) -> None:
        """Say why scenarios have no break, each as ``scenario|reason``."""
        (self.path / "why.txt").write_text("\n".join(reasons))

    @property
    def score(self) -> dict[str, Any]:
        """What sabotage.json says."""
        found: dict[str, Any] = json.loads((self.path / "report" / "local" / "sabotage.json").read_text())
        return found

    @property
    def notes(self) -> list[str]:
        """What the breaks have noted."""
        file = self.path / "notes.txt"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Sabotaged:
    """A project of another team, with breaks."""
    monkeypatch.delenv("TEAMID", raising=False)
    return Sabotaged(pytester)

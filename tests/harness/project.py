"""A project of another team, written into a temporary folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.apart import WITHOUT

_PYPROJECT = f"""
[tool.pytest]
addopts = {json.dumps(["-p", "no:cacheprovider", "--strict-markers", *WITHOUT])}
[tool.seatrial]
provisioning = "theirs:Provisioning"
"""
_CONFTEST = """
from seatrial import instrument
pytest_plugins = ["words"]
shelf, mirror, bell = instrument("shelf"), instrument("mirror"), instrument("bell")
radio, telescope = instrument("radio"), instrument("telescope")
"""


class Project:
    """The project, and how its features are run."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.path: Path = pytester.path
        self._pytester = pytester
        (self.path / "pyproject.toml").write_text(_PYPROJECT)
        (self.path / "conftest.py").write_text(_CONFTEST)
        for file in (Path(__file__).parent / "theirs").glob("*.py"):
            shutil.copy(file, self.path)

    def feature(self, text: str, name: str = "shelf.feature") -> Path:
        """Write a feature file below ``features``."""
        file = self.path / "features" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).strip() + "\n")
        return file

    def scenarios(self, **steps: str) -> Path:
        """Write a feature with a scenario for each name, with its steps separated by semicolons."""
        lines = ["Feature: The shelf"]
        for name, text in steps.items():
            lines += [f"  Scenario: {name}", *(f"    {step.strip()}" for step in text.split(";"))]
        return self.feature("\n".join(lines))

    def run(self, *args: str) -> pytest.RunResult:
        """Run pytest in this process."""
        return self._pytester.runpytest_inprocess(*args)

    def run_apart(self, *args: str) -> pytest.RunResult:
        """Run pytest in a process of its own."""
        return self._pytester.runpytest_subprocess(*args, timeout=60)

    def seatrial(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        command = [sys.executable, "-c", "from seatrial.cli import main; main()", *args]
        return subprocess.run(command, cwd=self.path, capture_output=True, text=True, timeout=300, check=False)

    @property
    def verdict(self) -> dict[str, Any]:
        """What verdict.json says."""
        found: dict[str, Any] = json.loads((self.path / "report" / "local" / "verdict.json").read_text())
        return found

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each scenario, by its name."""
        scenarios = self.verdict["scenarios"]
        found = {scenario["scenario"]: scenario["verdict"] for scenario in scenarios}
        assert len(found) == len(scenarios)
        assert len(found) == self.verdict["summary"]["planned"]
        assert sum(self.verdict["summary"].values()) == 2 * len(found)
        return found

    @property
    def junit(self) -> dict[str, list[str]]:
        """What junit.xml has for each scenario: nothing where it passed."""
        cases = list(ET.parse(self.path / "junit.xml").iter("testcase"))  # noqa: S314 - pytest has just written it
        found = {str(case.get("name")): [part.tag for part in case] for case in cases}
        assert len(found) == len(cases)
        return found

    def scenario(self, name: str) -> dict[str, Any]:
        """What verdict.json says of one scenario."""
        return next(scenario for scenario in self.verdict["scenarios"] if scenario["scenario"] == name)

    @property
    def calls(self) -> list[str]:
        """What their platform was asked to do, but for looking and letting go."""
        file = self.path / "calls.jsonl"
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [line for line in lines if line != "close"]

    def colour(self, thing: str) -> str:
        """The colour that a thing has now."""
        return (self.path / ".seatrial" / "trial" / "shelf" / thing).read_text()

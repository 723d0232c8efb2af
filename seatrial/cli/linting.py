"""What can be said of the features and their words without a platform."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from seatrial.collection import WORDS, ScenarioItem
from seatrial.project import Problem
from seatrial.words import place


def lint_features(root: Path) -> list[Problem]:
    """Find undefined, ambiguous and unused words, malformed features and duplicate names below *root*."""
    inspector = _Inspector(root)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main([str(root / "features"), "--collect-only", "-qq"], plugins=[inspector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED) and not inspector.problems:
        inspector.problems.append(Problem("features", output.getvalue().strip()))
    return inspector.problems


class _Inspector:
    """A pytest plugin that looks at what was collected."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.problems: list[Problem] = []
        self._unread = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note files that cannot be read."""
        if report.failed:
            self._unread = True
            place, _, text = str(report.longrepr).partition(": ")
            known = place.startswith(f"{report.nodeid}:")
            self.problems.append(Problem(place, text) if known else Problem(report.nodeid, str(report.longrepr)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Hold the steps of every scenario against the words."""
        items = [item for item in session.items if isinstance(item, ScenarioItem)]
        if not items:
            return
        words = session.stash[WORDS]
        for item in items:
            for step in item.planned.scenario.steps:
                where = f"{item.nodeid.partition('::')[0]}:{step.line_number}"
                found = words.matching(step)
                if not found:
                    self.problems.append(Problem(where, f"undefined: no words for: {step.keyword} {step.name}"))
                if len(found) > 1:
                    places = ", ".join(self._short(place(word)) for word in found)
                    self.problems.append(Problem(where, f"ambiguous: {step.name!r} fits words at {places}"))
        if self._unread:
            return  # what stands in a file that cannot be read may well be used
        for word in words.unused():
            self.problems.append(Problem(self._short(place(word)), f"unused: no step says {word.parser.name!r}"))

    def _short(self, where: str) -> str:
        return where.removeprefix(f"{self._root.resolve()}/")

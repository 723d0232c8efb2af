"""Which scenarios a selection means, as pytest itself has it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from seatrial.errors import UsageError
from seatrial.scenarios.collection import ScenarioItem

FEATURES = "features"


def scenarios(root: Path, selection: Sequence[str] = ()) -> dict[str, str]:
    """Return the selected scenarios by their ids, each with the id of its outline, or its own where it is of none.

    Args:
        root: The project's root.
        selection: Arguments of pytest: paths, ids, ``-k`` and ``-m`` with what they take; all scenarios unless told.

    Raises:
        UsageError: If pytest cannot make sense of it, or a feature cannot be read.
    """
    return {item.nodeid: outline_of(item) for item in _collected(root, selection)}


def looking(root: Path, selection: Sequence[str] = ()) -> list[str]:
    """Return the ids of the selected scenarios that only look: they neither disturb nor change anything.

    Raises:
        UsageError: As of `scenarios`.
    """
    return [item.nodeid for item in _collected(root, selection) if not {"faults", "changes"} & item.needs]


def _collected(root: Path, selection: Sequence[str]) -> list[ScenarioItem]:
    seen = _Seen()
    said = io.StringIO()
    told = [f"--rootdir={root}", f"--override-ini=testpaths={FEATURES}", "--collect-only", "-qq", *selection]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(told, plugins=[seen])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise UsageError(f"the scenarios cannot be collected: {said.getvalue().strip()[-2000:]}")
    return seen.found


def outline_of(item: ScenarioItem) -> str:
    """Return the id of a scenario as the feature has it: that of an outline has its placeholders, and is all its rows'.

    Example:
        ``features/services/microservices.feature::<service> is deployed``
    """
    file, line = item.nodeid.partition("::")[0], item.planned.scenario.line_number
    named = (name for name, one in item.planned.feature.scenarios.items() if one.line_number == line)
    return f"{file}::{next(named)}"


class _Seen:
    """A plugin of pytest that sees what was selected."""

    def __init__(self) -> None:
        self.found: list[ScenarioItem] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the scenarios."""
        self.found = [item for item in session.items if isinstance(item, ScenarioItem)]

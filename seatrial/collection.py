"""Feature files as test files: pytest collects them directly, with no Python file beside them."""

from __future__ import annotations

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError
from pytest_bdd.scenario import _execute_scenario

from seatrial.convergence import UnmetError
from seatrial.errors import SeatrialError
from seatrial.specification import Planned, SpecificationError, read
from seatrial.words import Words

WORDS = pytest.StashKey[Words]()


class FeatureFile(pytest.Module):
    """One ``.feature`` file."""

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(self.path.stem)

    def collect(self) -> Iterable[pytest.Item]:
        """Give an item for each scenario, and for each row of an outline."""
        try:
            planned = read(self.path)
        except SpecificationError as error:
            raise self.CollectError(str(error)) from error
        for one in planned:
            yield ScenarioItem.from_parent(self, name=one.name, callobj=_runner(one), planned=one)


class ScenarioItem(pytest.Function):
    """One scenario.

    Attributes:
        planned: What the specification says of it.
        needs: Every fixture that its words need.
        undefined: The first step that has no words, or None.
    """

    def __init__(self, *, planned: Planned, **rest: Any) -> None:
        super().__init__(**rest)
        self.planned = planned
        words = _words(self.session)
        steps = planned.scenario.steps
        self.needs = words.fixtures(steps)
        self.undefined = next((step for step in steps if words.find(step) is None), None)
        for tag in sorted(planned.tags):
            self.config.addinivalue_line("markers", f"{tag}: a tag of the specification")
            self.add_marker(tag)

    @property
    def exclusive(self) -> bool:
        """Whether it runs alone: its words disrupt the platform."""
        return "faults" in self.needs

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point into the feature file."""
        return self.path, self.planned.line - 1, f"{self.planned.feature.name}: {self.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """Write a failure as the step that failed, with what was expected beside what was seen."""
        where = self._where()
        if isinstance(excinfo.value, UnmetError):
            return f"{where}\n" + _indent(str(excinfo.value))
        if isinstance(excinfo.value, StepDefinitionNotFoundError) and self.undefined:
            step = self.undefined
            return f"{self._at(step.line_number)}   {step.keyword} {step.name}\n  undefined: no words for this step"
        if isinstance(excinfo.value, SeatrialError):
            return f"{where}\n" + _indent(str(excinfo.value))
        return f"{where}\n{super().repr_failure(excinfo)}"

    def _where(self) -> str:
        step = self.stash.get(CURRENT_STEP, None)
        if step is None:
            return f"{self._at(self.planned.line)}   {self.name}"
        return f"{self._at(step.line_number)}   {step.keyword} {step.name}"

    def _at(self, line: int) -> str:
        return f"{self.nodeid.partition('::')[0]}:{line}"


CURRENT_STEP = pytest.StashKey[Any]()
"""The step that a scenario is at; the plugin keeps it."""


def _words(session: pytest.Session) -> Words:
    if WORDS not in session.stash:
        session.stash[WORDS] = Words(session)
    return session.stash[WORDS]


def _runner(planned: Planned) -> Any:
    def run(request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        _execute_scenario(planned.feature, planned.scenario, request)

    return run


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())

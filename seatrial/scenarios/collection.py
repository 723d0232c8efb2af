"""Feature files as test files: pytest collects them directly, with no Python file beside them."""

from __future__ import annotations

import difflib
import types
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import _pytest
import pluggy
import pytest
from _pytest._code import Traceback

from seatrial.checks.convergence import UnmetError
from seatrial.errors import SeatrialError
from seatrial.escaping import one_line, terminal
from seatrial.scenarios import bdd, said
from seatrial.scenarios.attesting import is_attested
from seatrial.scenarios.bdd import Step
from seatrial.scenarios.reading import SpecificationError
from seatrial.scenarios.run import ScenarioRun
from seatrial.scenarios.specification import Planned, read, spare
from seatrial.scenarios.step_definitions import Words, place

WORDS = pytest.StashKey[Words]()


class UndefinedError(SeatrialError):
    """A scenario has steps without words; its text names each with its line."""


class AmbiguousError(SeatrialError):
    """A scenario has a step that several words fit; its text names the step and the words."""


class MissingFixtureError(SeatrialError):
    """A word asks for a fixture that is not there; its text names the step, the word and the fixture."""


class FeatureFile(pytest.Module):
    """One ``.feature`` file."""

    def _getobj(self) -> types.ModuleType:
        return types.ModuleType(self.path.stem)

    def collect(self) -> Iterable[pytest.Item]:
        """Return an item for each scenario, and for each row of an outline."""
        try:
            planned = read(self.path, self.nodeid)
        except SpecificationError as error:
            raise self.CollectError(terminal(str(error))) from error
        spare(planned)
        for one in planned:
            yield ScenarioItem.from_parent(self, name=one.name, callobj=_runner(one), planned=one)


class ScenarioItem(pytest.Function):
    """One scenario.

    Attributes:
        planned: What the specification says of it.
        needs: Every fixture that its words need.
        run: How far it has come.
        problem: Why its steps cannot all be taken: one has no words, or several; or None.
    """

    def __init__(self, *, planned: Planned, **rest: Any) -> None:
        super().__init__(**rest)
        self.planned = planned
        self.run = ScenarioRun()
        words = _words(self.session)
        told = is_attested(planned.tags)  # no step of it is taken
        self.needs = set() if told else words.fixtures(planned.scenario.steps)
        self.problem = None if told else self._problem(words)
        self.extra_keyword_matches.update(planned.tags)  # for -k; for -m see `seatrial.scenarios.tags`

    @property
    def exclusive(self) -> bool:
        """Whether it runs alone: its words disrupt the platform."""
        return "faults" in self.needs

    def reportinfo(self) -> tuple[Path, int, str]:
        """Point into the feature file."""
        return self.path, self.planned.line - 1, one_line(f"{self.planned.feature.name}: {self.name}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """Write a failure as the step that failed, with what was expected beside what was seen."""
        error = excinfo.value
        if isinstance(error, UndefinedError | AmbiguousError | MissingFixtureError):
            return str(error)
        where = self.place(self.run.step)
        if isinstance(error, UnmetError | SeatrialError) or (isinstance(error, AssertionError) and str(error)):
            return f"{where}\n" + "\n".join(f"  {line}" for line in str(error).splitlines())
        return f"{where}\n{super().repr_failure(excinfo)}"

    def _traceback_filter(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Traceback:
        """Return the lines of the project's own code alone: how a word is called says nothing of what it did."""
        own = Traceback([entry for entry in excinfo.traceback if not _internal(Path(entry.path))])
        return own or Traceback([excinfo.traceback[-1]])

    def _problem(self, words: Words) -> SeatrialError | None:
        steps = self.planned.scenario.steps
        if undefined := [step for step in steps if not words.matching(step)]:
            return UndefinedError("\n".join(self._undefined(step, words) for step in undefined))
        for step in steps:
            fitting = words.matching(step)
            if len(fitting) > 1:
                places = "\n".join(f"  fits the word at {place(word)}" for word in fitting)
                return AmbiguousError(f"{self.place(step)}\n  ambiguous: reword the step or a word\n{places}")
        return self._lacking(words)

    def _undefined(self, step: Step, words: Words) -> str:
        """Say that nothing defines *step*, which words are near to it, and how it would be defined."""
        near = [f"  near it is  {one}" for one in said.nearest(step.name, words.texts(step.type))]
        paste = [f"    {line}" for line in said.definition(step.type, step.name).splitlines()]
        lines = ["  undefined: no words for this step", *near, "  to define it:", *paste]
        return "\n".join([self.place(step), *lines])

    def _lacking(self, words: Words) -> SeatrialError | None:
        """Return what a word asks for that nobody makes: known before a step is taken, like a step without words."""
        made = {"request", *(words.makes(step) for step in self.planned.scenario.steps)}
        for step in self.planned.scenario.steps:
            for name in sorted(words.asks(step) - made):
                if not words.is_fixture(name):
                    (word,) = words.matching(step)
                    near = difflib.get_close_matches(name, [*made, *words.fixture_names()], 1)
                    hint = f"did you mean {near[0]!r}? " if near else ""
                    return MissingFixtureError(
                        f"{self.place(step)}\n  no fixture {name!r}, which the word at {place(word)} asks for: {hint}"
                        f"an observer is given a fixture in conftest.py, as in {name} = instrument({name!r})"
                    )
        return None

    def place(self, step: Step | None) -> str:
        """Name the line of *step*, or of the scenario, with its text."""
        line, text = (self.planned.line, self.name) if step is None else (step.line_number, _text(step))
        return f"{self.nodeid.partition('::')[0]}:{line}   {text}"


def _words(session: pytest.Session) -> Words:
    if WORDS not in session.stash:
        session.stash[WORDS] = Words(session)
    return session.stash[WORDS]


def _runner(planned: Planned) -> Callable[[pytest.FixtureRequest], None]:
    def run(request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        bdd.execute(planned.feature, planned.scenario, request)

    return run


@cache
def _internal(path: Path) -> bool:
    """Return whether a file is this harness's, pytest's, or of what they are made of."""
    others = (Path(str(module.__file__)).parent for module in (_pytest, pluggy))
    folders = (bdd.FOLDER, Path(__file__).parents[1], *others)
    return any(path.is_relative_to(folder) for folder in folders)


def _text(step: Step) -> str:
    return f"{step.keyword.strip()} {step.name}"

"""What can be said of the features and their words without a platform."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from seatrial.cli.lint_gate import Named, gate_problems
from seatrial.errors import UsageError
from seatrial.provisioning.contract import Agreed, Problem
from seatrial.report import grouping
from seatrial.sabotage import Sabotages
from seatrial.sabotage.selection import outline_of
from seatrial.scenarios.agreement import contradictions
from seatrial.scenarios.attesting import is_attested
from seatrial.scenarios.collection import WORDS, ScenarioItem
from seatrial.scenarios.said import nearest
from seatrial.scenarios.specification import find
from seatrial.scenarios.step_definitions import place


def lint_features(
    root: Path, agreed: Mapping[str, Agreed] | None = None, sabotages: Sabotages | None = None
) -> list[Problem]:
    """Find what is wrong with the features below *root* and their words.

    That is: undefined, ambiguous and unused words, malformed features, duplicate names, values that contradict those
    that were *agreed*, waivers of nothing, and, where a project declares *sabotages*, scenarios that nobody has seen
    fail.
    """
    inspector = _inspect(root, agreed or {})
    problems = dict.fromkeys(inspector.problems)  # a background is said again for each scenario
    return [*problems, *inspector.unchallenged(sabotages), *_grouped(root), *inspector.at_the_gate()]


def unused_words(root: Path) -> list[str]:
    """Name the words below *root* that no step of its features says, each with its place."""
    return _inspect(root, {}).unused


def _grouped(root: Path) -> list[Problem]:
    """Find what is wrong with the grouping of the specification: a place in it may name nothing any more."""
    try:
        groups = grouping.read(root)
    except UsageError as error:
        where, _, what = str(error).partition(": ")
        return [Problem(where, what)]
    files = [file.relative_to(root).as_posix() for file in find([root / "features"])]
    return [
        Problem(grouping.FILE, f"{table}.{name}: no feature at features/{place}")
        for table, named in (("profiles", groups.profiles), ("parts", groups.parts))
        for name, places in named.items()
        for place in places
        if not any(grouping.within(file, [place]) for file in files)
    ]


def _inspect(root: Path, agreed: Mapping[str, Agreed]) -> _Inspector:
    inspector = _Inspector(root, agreed)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main([str(root / "features"), f"--rootdir={root}", "--collect-only", "-qq"], plugins=[inspector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED) and not inspector.problems:
        inspector.problems.append(Problem("features", output.getvalue().strip()))
    return inspector


class _Inspector:
    """A pytest plugin that looks at what was collected."""

    def __init__(self, root: Path, agreed: Mapping[str, Agreed]) -> None:
        self._root = root
        self._agreed = agreed
        self.problems: list[Problem] = []
        self.unused: list[str] = []
        self._unread = False
        self._outlines: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._scenarios: list[Named] = []

    def unchallenged(self, sabotages: Sabotages | None) -> list[Problem]:
        """Return what is wrong with the breaks of the scenarios that were collected, each at its scenario."""
        if sabotages is None or self._unread:
            return []  # what is said of a file that cannot be read may well be right
        found = sabotages.problems(self._outlines)
        return [Problem(self._places.get(one, one.partition("::")[0]), self._named(one, text)) for one, text in found]

    def at_the_gate(self) -> list[Problem]:
        """Return what is wrong with whom the project's gate names."""
        if self._unread:
            return []  # as above
        groups = grouping.Grouping()
        with contextlib.suppress(UsageError):  # said before
            groups = grouping.read(self._root)
        return gate_problems(self._root, self._scenarios, groups)

    def _named(self, one: str, text: str) -> str:
        return f"{one.partition('::')[2]}: {text}" if one in self._places else text

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
            self._note(item)
            for step in () if is_attested(item.planned.tags) else item.planned.scenario.steps:
                where = f"{item.nodeid.partition('::')[0]}:{step.line_number}"
                found = words.matching(step)
                if not found:
                    near = "".join(f"; near it is: {one}" for one in nearest(step.name, words.texts(step.type))[:1])
                    self.problems.append(Problem(where, f"undefined: no words for: {step.keyword} {step.name}{near}"))
                if len(found) > 1:
                    places = ", ".join(self._short(place(word)) for word in found)
                    self.problems.append(Problem(where, f"ambiguous: {step.name!r} fits words at {places}"))
                for word in found:
                    self.problems += [Problem(where, text) for text in contradictions(word, step, self._agreed)]
        if self._unread:
            return  # what stands in a file that cannot be read may well be used
        for word in words.unused():
            where = self._short(place(word))
            self.problems.append(Problem(where, f"unused: no step says {word.parser.name!r}"))
            self.unused.append(f"{word.parser.name} ({where})")

    def _note(self, item: ScenarioItem) -> None:
        file, outline = item.nodeid.partition("::")[0], outline_of(item)
        self._outlines[item.nodeid] = outline
        self._places[outline] = place_of = f"{file}:{item.planned.scenario.line_number}"
        self._scenarios.append(Named(item.nodeid, item.name, item.planned.tags, outline, place_of))

    def _short(self, where: str) -> str:
        return where.removeprefix(f"{self._root.resolve()}/")

"""The feature files as a list of planned scenarios, each with its rule, its lines and its steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.gherkin_parser import GherkinDocument, get_gherkin_document
from pytest_bdd.gherkin_parser import Scenario as GherkinScenario
from pytest_bdd.parser import Feature, FeatureParser, Scenario, ScenarioTemplate

from seatrial.errors import SeatrialError
from seatrial.escaping import one_line

_PYTESTS_OWN = {"filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"}


class SpecificationError(SeatrialError):
    """A feature file that cannot be taken as it is; the message names the file and the line."""


@dataclass(frozen=True)
class Planned:
    """One scenario of the specification, or one row of an outline.

    Attributes:
        file: The feature file.
        line: The scenario's line, or its row's.
        name: The scenario's name, unique in its file.
        feature: The parsed feature.
        scenario: The parsed scenario, with its row filled in.
        row_tags: The tags of the examples that its row is of.
    """

    file: Path
    line: int
    name: str
    feature: Feature
    scenario: Scenario
    row_tags: frozenset[str] = frozenset()

    @property
    def rule(self) -> str:
        """The name of its rule, or nothing."""
        return self.scenario.rule.name if self.scenario.rule else ""

    @property
    def tags(self) -> set[str]:
        """Every tag that applies to it."""
        rule = self.scenario.rule.tags if self.scenario.rule else set()
        return set(self.feature.tags) | set(rule) | set(self.scenario.tags) | self.row_tags


def read(file: Path, shown: str = "") -> list[Planned]:
    """Read one feature file.

    Args:
        file: The feature file.
        shown: How messages name it; its path unless told.

    Raises:
        SpecificationError: If it is not Gherkin, has no scenario, or has two of one name, of which the parser would
            silently drop the first.
    """
    shown = shown or str(file)
    if file.is_symlink():  # what it leads to would stand in messages and reports
        raise SpecificationError(f"{shown}: is a link; expected a file of the project's own")
    try:
        document = get_gherkin_document(str(file))
        _check(document, shown)
        feature = FeatureParser(str(file.parent), file.name).parse()
    except GherkinParseError as error:
        raise SpecificationError(f"{shown}:{error.line}: {error.message}\n    {error.line_content.strip()}") from error
    except KeyError as error:  # what the parser makes of a file without anything in it
        raise SpecificationError(f"{shown}:1: expected a Feature, got nothing") from error
    except UnicodeDecodeError as error:
        raise SpecificationError(f"{shown}:1: expected UTF-8 text: {error}") from error
    lines = {s.name: _row_lines(s) for s in _scenarios(document)}
    planned = [p for t in feature.scenarios.values() for p in _plan(file, feature, t, lines[t.name])]
    seen: dict[str, int] = {}
    for one in planned:
        _once(one.name, one.line, seen, shown)
        if forbidden := one.tags & _PYTESTS_OWN:
            tags = " ".join(f"@{tag}" for tag in sorted(forbidden))
            raise SpecificationError(f"{shown}:{one.line}: {tags} means something to pytest itself; use another tag")
    return planned


def find(paths: list[Path]) -> list[Path]:
    """Return every feature file at or below *paths*, sorted."""
    return sorted({f for path in paths for f in ([path] if path.suffix == ".feature" else path.rglob("*.feature"))})


def _check(document: GherkinDocument, shown: str) -> None:
    seen: dict[str, int] = {}
    for scenario in _scenarios(document):
        line = scenario.location.line
        if not scenario.name:
            raise SpecificationError(f"{shown}:{line}: the scenario has no name")
        _once(scenario.name, line, seen, shown)
        if not scenario.steps:
            raise SpecificationError(
                f'{shown}:{line}: the scenario "{scenario.name}" has no steps: lines with Given, When, Then'
            )
        if scenario.examples and not any(e.table_body for e in scenario.examples):
            raise SpecificationError(f'{shown}:{line}: the outline "{scenario.name}" has no rows')
    if not seen:
        raise SpecificationError(f"{shown}:{document.feature.location.line}: expected at least one scenario, got none")


def _once(name: str, line: int, seen: dict[str, int], shown: str) -> None:
    if name in seen:
        raise SpecificationError(
            f'{shown}:{line}: a second scenario named "{name}"; the first is at line {seen[name]}. '
            "Give each scenario of a feature a name of its own, also across rules"
        )
    seen[name] = line


def _scenarios(document: GherkinDocument) -> Iterator[GherkinScenario]:
    for child in document.feature.children:
        if child.scenario:
            yield child.scenario
        if child.rule:
            yield from (c.scenario for c in child.rule.children if c.scenario)


def _row_lines(scenario: GherkinScenario) -> list[int]:
    return [row.location.line for e in scenario.examples for row in e.table_body or []] or [scenario.location.line]


def _plan(file: Path, feature: Feature, template: ScenarioTemplate, lines: list[int]) -> Iterator[Planned]:
    rows = [(row, frozenset(e.tags)) for e in template.examples for row in e.as_contexts()] or [({}, frozenset())]
    for (row, tags), number in zip(rows, lines, strict=True):
        scenario = template.render(row)
        name = scenario.name
        if row and name == template.name:
            name = f"{name} ({', '.join(row.values())})"
        yield Planned(file, number, one_line(name), feature, scenario, tags)

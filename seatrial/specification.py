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
    """

    file: Path
    line: int
    name: str
    feature: Feature
    scenario: Scenario

    @property
    def rule(self) -> str:
        """The name of its rule, or nothing."""
        return self.scenario.rule.name if self.scenario.rule else ""

    @property
    def tags(self) -> set[str]:
        """Every tag that applies to it."""
        rule = self.scenario.rule.tags if self.scenario.rule else set()
        return set(self.feature.tags) | set(rule) | set(self.scenario.tags)


def read(file: Path) -> list[Planned]:
    """Read one feature file.

    Raises:
        SpecificationError: If it is not Gherkin, has no scenario, or has two of one name, of which the parser would
            silently drop the first.
    """
    try:
        document = get_gherkin_document(str(file))
        _check(document, file)
        feature = FeatureParser(str(file.parent), file.name).parse()
    except GherkinParseError as error:
        raise SpecificationError(f"{file}:{error.line}: {error.message}\n    {error.line_content.strip()}") from error
    except UnicodeDecodeError as error:
        raise SpecificationError(f"{file}: expected UTF-8 text: {error}") from error
    lines = {s.name: _row_lines(s) for s in _scenarios(document)}
    return [p for template in feature.scenarios.values() for p in _plan(file, feature, template, lines[template.name])]


def find(paths: list[Path]) -> list[Path]:
    """Give every feature file at or below *paths*, sorted."""
    return sorted({f for path in paths for f in ([path] if path.suffix == ".feature" else path.rglob("*.feature"))})


def _check(document: GherkinDocument, file: Path) -> None:
    if document.feature is None:
        raise SpecificationError(f"{file}:1: expected a Feature, got nothing")
    seen: dict[str, int] = {}
    for scenario in _scenarios(document):
        line = scenario.location.line
        if scenario.name in seen:
            raise SpecificationError(
                f'{file}:{line}: a second scenario named "{scenario.name}"; the first is at line {seen[scenario.name]}. '
                "Give each scenario of a feature a name of its own, also across rules"
            )
        seen[scenario.name] = line
        if not scenario.steps:
            raise SpecificationError(f'{file}:{line}: the scenario "{scenario.name}" has no steps')
        if scenario.examples and not any(e.table_body for e in scenario.examples):
            raise SpecificationError(f'{file}:{line}: the outline "{scenario.name}" has no rows')
    if not seen:
        raise SpecificationError(f"{file}:{document.feature.location.line}: expected at least one scenario, got none")


def _scenarios(document: GherkinDocument) -> Iterator[GherkinScenario]:
    for child in document.feature.children:
        if child.scenario:
            yield child.scenario
        if child.rule:
            yield from (c.scenario for c in child.rule.children if c.scenario)


def _row_lines(scenario: GherkinScenario) -> list[int]:
    return [row.location.line for e in scenario.examples for row in e.table_body or []] or [scenario.location.line]


def _plan(file: Path, feature: Feature, template: ScenarioTemplate, lines: list[int]) -> Iterator[Planned]:
    rows = [row for examples in template.examples for row in examples.as_contexts()] or [{}]
    for row, line in zip(rows, lines, strict=True):
        scenario = template.render(row)
        name = scenario.name
        if row and name == template.name:
            name = f"{name} ({', '.join(row.values())})"
        yield Planned(file, line, name, feature, scenario)

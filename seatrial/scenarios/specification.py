"""The feature files as a list of planned scenarios, each with its rule, its lines and its steps."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.escaping import one_line
from seatrial.masking import MASK
from seatrial.scenarios.bdd import Feature, FeatureParser, GherkinParseError, Scenario, ScenarioTemplate, StepError
from seatrial.scenarios.checking import Node, check, once, rows, scenarios
from seatrial.scenarios.reading import ENCODING, SpecificationError, parse, text_of


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
        row: The values of its row.
    """

    file: Path
    line: int
    name: str
    feature: Feature
    scenario: Scenario
    row_tags: frozenset[str] = frozenset()
    row: tuple[str, ...] = ()

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
    tree = parse(text_of(file, shown), shown)
    check(tree, shown)
    try:
        feature = FeatureParser(str(file.parent), file.name, ENCODING).parse()
    except (GherkinParseError, StepError) as error:  # what its own reader does not take, and the checks have not seen
        raise SpecificationError(f"{shown}:{error.line}: {error.message}\n    {error.line_content.strip()}") from error
    lines = {s["name"]: _row_lines(s) for s in scenarios(tree["feature"])}
    planned = [p for t in feature.scenarios.values() for p in _plan(file, feature, t, lines[t.name])]
    seen: dict[str, int] = {}
    for one in planned:
        once(one.name, one.line, seen, shown)
    return planned


def spare(planned: Iterable[Planned]) -> None:
    """Leave the words of scenarios as they are in all that is written: what was agreed is no secret."""
    for one in planned:
        steps = one.scenario.steps
        told = [one.name, one.scenario.name, one.rule, one.feature.name or "", *(step.name for step in steps)]
        cells = [cell.value for step in steps if step.datatable for row in step.datatable.rows for cell in row.cells]
        MASK.spare([*told, *(step.docstring for step in steps if step.docstring)], [*one.row, *cells])


def find(paths: list[Path]) -> list[Path]:
    """Return every feature file at or below *paths*, sorted; those that a linked folder leads to are of nobody's."""
    return sorted({file for path in paths for file in ([path] if path.suffix == ".feature" else _below(path))})


def _below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):  # which follows no link
        yield from (Path(place) / name for name in names if name.endswith(".feature"))


def _row_lines(scenario: Node) -> list[int]:
    return [row["location"]["line"] for row in rows(scenario)] or [scenario["location"]["line"]]


def _plan(file: Path, feature: Feature, template: ScenarioTemplate, lines: list[int]) -> Iterator[Planned]:
    of_rows = [(row, frozenset(e.tags)) for e in template.examples for row in e.as_contexts()] or [({}, frozenset())]
    rendered = [template.render(row) for row, _ in of_rows]
    told_apart = len({scenario.name for scenario in rendered}) == len(rendered)
    for (row, tags), scenario, number in zip(of_rows, rendered, lines, strict=True):
        name = scenario.name
        if row and (name == template.name or not told_apart):
            name = f"{name} ({', '.join(row.values())})"
        yield Planned(file, number, one_line(name), feature, scenario, tags, tuple(row.values()))

"""What is legal Gherkin and yet not taken, as it would lose a scenario or run as it stands: how to write it instead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.bounded import MEBI
from seatrial.escaping import one_line
from seatrial.scenarios.reading import SpecificationError, is_outline

_FILLED = re.compile(r"<(.+?)>")
"""What pytest-bdd fills, and what stands there where it does not."""

_MEANT = re.compile(r"<([^<>\s/!][^<>]*)>")
"""What looks as if it were to be filled."""

_STRAY = 100
"""How many signs ``<`` a line may have that nothing closes: each is looked for to the end of its line."""
_LONGEST = 4000
"""Letters of a step, or of a scenario's name: each is held against every word."""
_STEPS, _LETTERS = 100_000, 32 * MEBI
"""With every row filled in: many steps and rows, or long cells, stand for more than memory holds in a small file."""

Node = Mapping[str, Any]


def check(tree: Node, shown: str) -> None:
    """See that every scenario of a feature can be taken as it is written.

    Raises:
        SpecificationError: If one cannot; it names the line.
    """
    feature = tree["feature"]
    seen: dict[str, int] = {}
    _bounded(feature, shown)
    for background in backgrounds(feature):
        _starts(background, "background", shown)
    for scenario in scenarios(feature):
        line = scenario["location"]["line"]
        if not scenario["name"]:
            raise SpecificationError(f"{shown}:{line}: the scenario has no name")
        once(scenario["name"], line, seen, shown)
        if not scenario["steps"]:
            name = one_line(scenario["name"])
            raise SpecificationError(
                f'{shown}:{line}: the scenario "{name}" has no steps: lines with Given, When, Then'
            )
        _starts(scenario, "scenario", shown)
        _filled(scenario, feature["language"], shown)
    if not seen:
        where = feature["location"]["line"]
        raise SpecificationError(f"{shown}:{where}: expected at least one scenario, got none")


def once(name: str, line: int, seen: dict[str, int], shown: str) -> None:
    """See that *name* was not seen before, and note it.

    Raises:
        SpecificationError: If it was: of two scenarios of one name the parser would silently drop the first.
    """
    if name in seen:
        raise SpecificationError(
            f'{shown}:{line}: a second scenario named "{one_line(name)}"; the first is at line {seen[name]}. '
            "Give each scenario of a feature a name of its own, also across rules"
        )
    seen[name] = line


def scenarios(feature: Node) -> Iterator[Node]:
    """Return every scenario of a feature, those of its rules included."""
    for child in feature["children"]:
        if "scenario" in child:
            yield child["scenario"]
        if "rule" in child:
            yield from scenarios(child["rule"])


def backgrounds(feature: Node) -> Iterator[Node]:
    """Return every background of a feature, those of its rules included."""
    for child in feature["children"]:
        if "background" in child:
            yield child["background"]
        if "rule" in child:
            yield from backgrounds(child["rule"])


def rows(scenario: Node) -> list[Node]:
    """Return the rows of an outline, of all its examples."""
    return [row for examples in scenario["examples"] for row in examples.get("tableBody", ())]


def _starts(node: Node, what: str, shown: str) -> None:
    first = next(iter(node["steps"]), None)
    if first is None or first["keywordType"] in ("Context", "Action", "Outcome"):
        return
    keyword, line = first["keyword"].strip(), first["location"]["line"]
    raise SpecificationError(
        f"{shown}:{line}: the first step of a {what} says its kind: write Given, When or Then, not {keyword!r} "
        f"(legal Gherkin, but its kind follows from no step before it)\n    {keyword} {one_line(first['text'])}"
    )


def _filled(scenario: Node, language: str, shown: str) -> None:
    """See that an outline has rows, each column once, and no placeholder that stays as it stands."""
    line, name = scenario["location"]["line"], one_line(scenario["name"])
    examples = scenario["examples"]
    if not examples:
        if is_outline(scenario["keyword"], language) and any(_MEANT.search(text) for _, text in _texts(scenario)):
            raise SpecificationError(
                f'{shown}:{line}: the outline "{name}" has no rows: add Examples with a column for each <name>'
            )
        return
    if not rows(scenario):
        raise SpecificationError(f'{shown}:{line}: the outline "{name}" has no rows')
    for one in examples:
        header = one.get("tableHeader")
        columns = [cell["value"] for cell in header["cells"]] if header else []
        if twice := next((column for column, count in Counter(columns).items() if count > 1), None):
            where = f"{shown}:{header['location']['line']}"
            raise SpecificationError(f"{where}: two columns are named {twice!r}; give each a name of its own")
        for number, text in _texts(scenario) if columns else ():
            _fits(text, columns, f"{shown}:{number}")


def _bounded(feature: Node, shown: str) -> None:
    """See that a feature is not too much, before anything of it is filled in.

    Raises:
        SpecificationError: If it is.
    """
    before = sum(len(background["steps"]) for background in backgrounds(feature))
    steps = letters = 0
    for node in (*backgrounds(feature), *scenarios(feature)):
        texts = list(_texts(node))
        names = [(node["location"]["line"], node["name"]), *((s["location"]["line"], s["text"]) for s in node["steps"])]
        for number, text in names:
            if len(text) > _LONGEST:
                raise SpecificationError(f"{shown}:{number}: longer than {_LONGEST:,} letters")
        for number, text in texts:
            for line in text.split("\n"):
                if line.count("<", line.rfind(">") + 1) > _STRAY:
                    raise SpecificationError(f"{shown}:{number}: more than {_STRAY} signs < that nothing closes")
        size = sum(len(text) for _, text in texts)
        filled = Counter(f"<{found[1]}>" for _, text in texts for found in _FILLED.finditer(text))
        for one in node.get("examples", ()):
            columns = [f"<{cell['value']}>" for cell in (one.get("tableHeader") or {}).get("cells", ())]
            for row in one.get("tableBody", ()):
                steps += len(node["steps"]) + before
                cells = zip(columns, row["cells"], strict=False)
                letters += size + sum(filled[column] * len(cell["value"]) for column, cell in cells)
        steps += len(node["steps"]) + before
        if steps > _STEPS or letters > _LETTERS:
            where = f"{shown}:{node['location']['line']}"
            raise SpecificationError(
                f"{where}: with its rows filled in, more than {_STEPS:,} steps or {_LETTERS:,} letters"
            )


def _fits(text: str, columns: list[str], where: str) -> None:
    listed = ", ".join(f"<{column}>" for column in columns)
    for match in _FILLED.finditer(text):
        inner = match[1]
        if inner in columns:
            continue
        if stray := next((column for column in columns if inner.endswith(f"<{column}")), None):
            raise SpecificationError(
                f"{where}: <{stray}> cannot be filled, since another < stands before it: {one_line(match[0])}; "
                "write that sign as a word\n    " + one_line(text)
            )
        if meant := _MEANT.search(match[0]):
            raise SpecificationError(
                f"{where}: {one_line(meant[0])} cannot be filled: the examples have {one_line(listed)}; "
                f"add a column, or write it without < and >\n    {one_line(text)}"
            )


def _texts(scenario: Node) -> Iterator[tuple[int, str]]:
    """Return every text of a scenario that an outline fills, each with its line."""
    yield scenario["location"]["line"], scenario["name"]
    for step in scenario["steps"]:
        line = step["location"]["line"]
        yield line, step["text"]
        if block := step.get("docString"):
            yield block["location"]["line"], block["content"]
        for row in step.get("dataTable", {}).get("rows", ()):
            yield from ((row["location"]["line"], cell["value"]) for cell in row["cells"])

"""Reading a feature file: as text, as Gherkin, and what is wrong with it in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException
from gherkin.parser import Parser

from seatrial.bounded import MEBI, BoundsError, read_bytes
from seatrial.errors import SeatrialError
from seatrial.escaping import one_line

MOST = 4 * MEBI
"""Bytes of a feature file that are read."""

ENCODING = "utf-8-sig"
"""UTF-8, with or without the mark that some editors put before it."""

_LINES = {
    "EOF": "the end of the file",
    "Language": "# language: ...",
    "FeatureLine": "Feature:",
    "RuleLine": "Rule:",
    "BackgroundLine": "Background:",
    "ScenarioLine": "Scenario:",
    "ExamplesLine": "Examples:",
    "StepLine": "a step (Given, When, Then, And, But)",
    "TableRow": "a row of a table (| a | b |)",
    "DocStringSeparator": '"""',
    "TagLine": "a tag (@name)",
}
"""How a person writes what the parser names; what is left out is allowed anywhere."""


class SpecificationError(SeatrialError):
    """A feature file that cannot be taken as it is; the message names the file and the line."""


def text_of(file: Path, shown: str) -> str:
    """Return the text of a feature file, without a byte order mark.

    Raises:
        SpecificationError: If it is not UTF-8, or larger than a feature is.
    """
    try:
        text = read_bytes(file, MOST).decode(ENCODING)
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except BoundsError as error:
        raise SpecificationError(f"{shown}:1: {error}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SpecificationError(f"{shown}:{line}: expected UTF-8 text: {error}; save the file as UTF-8") from error


def parse(text: str, shown: str) -> dict[str, Any]:
    """Return the syntax tree of a feature.

    Raises:
        SpecificationError: If it is not Gherkin; the message says what was expected, and what stands there.
    """
    try:
        tree: dict[str, Any] = dict(Parser().parse(text))
    except CompositeParserException as error:
        first = error.errors[0]
        line = int(first.location["line"])
        lines = text.splitlines()
        there = lines[line - 1].strip() if line <= len(lines) else ""
        wrong = explain(str(first), there)
        raise SpecificationError(f"{shown}:{line}: {wrong}\n    {one_line(there)}".rstrip()) from error
    if not tree.get("feature"):
        raise SpecificationError(f"{shown}:1: expected a Feature, got nothing")
    return tree


def explain(message: str, there: str) -> str:
    """Return the parser's *message* as a person would say it; *there* is the line that it is about."""
    what = re.sub(r"^\(\d+:\d+\): ", "", message)
    expected = re.search(r"expected: ((?:#\w+(?:, )?)+)", what)
    if expected is None:
        return _PLAINER.get(what, what)
    lines = [_LINES[name] for name in re.findall(r"#(\w+)", expected[1]) if name in _LINES]
    if what.startswith("unexpected end of file"):
        return f"the file ends too early: expected {' or '.join(name for name in lines if name != _LINES['EOF'])}"
    hint = _HINTS.get(there.rstrip(":").partition(" ")[0].rstrip(":"), "")
    return one_line(f"{hint}expected {', '.join(lines)}; got {there!r}")


_PLAINER = {
    "inconsistent cell count within the table": "this row has not as many cells as the table's first one",
    "A tag may not contain whitespace": "a tag has no spaces in it: each word of this line begins with @",
}
_HINTS = {
    "Background": "a Background comes first in its Feature or Rule, and once: ",
    "Feature": "a file has one Feature: ",
    "Scenario": "is a Feature: missing above it? ",
    "Example": "is a Feature: missing above it? ",
    "Examples": "Examples follow the steps of an outline, with a colon: ",
}


def is_outline(keyword: str, language: str) -> bool:
    """Return whether *keyword* begins an outline in the *language* of a feature."""
    dialect = Dialect.for_name(language)
    return dialect is not None and keyword in dialect.scenario_outline_keywords

"""What stands in docs/source.md, and the names that it may use."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .commands import ROOT

PAGE = ROOT / "docs" / "source.md"
STATES = ("noticed", "reworded", "not provable", "excluded", "open")
CLAIMS = 139
_CODE = re.compile(r"`([^`]+)`")
_NAMED = re.compile(r"\s*(?:Example|Scenario|Scenario Outline): (.*?)\s*$")
_WORD = re.compile(r"(sabotage(?: on kind)?): (.*)")


@dataclass(frozen=True)
class Claim:
    """A row of the page: its id, the cells of its scenarios and of its breaks, its state."""

    id: str
    scenarios: tuple[str, ...]
    breaks: str
    state: str


def claims() -> list[Claim]:
    """Return every row of the page that has an id."""
    found = []
    for id_, _, where, _, breaks, state in (row for row in _rows(6) if re.fullmatch(r"S\d+", row[0])):
        found.append(Claim(id_, _scenarios(where), breaks, state.strip("`")))
    return found


def words() -> list[str]:
    """Return the state of every sentence that could mislead."""
    return [row[2].strip("`") for row in _rows(3) if _CODE.fullmatch(row[2])]


def beyond() -> dict[str, str]:
    """Return every scenario that says more than the source, with why."""
    return {scenario: row[1] for row in _rows(2) for scenario in _scenarios(row[0])}


def counted() -> dict[str, int]:
    """Return the counts at the head of the page, by state; the sum as ``claims``."""
    head = next(line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\*\*\d+ claims", line))
    return {what: int(number) for number, what in re.findall(r"(\d+) (claims|" + "|".join(STATES) + ")", head)}


def states() -> dict[str, int]:
    """Count the rows of each state."""
    found = Counter(claim.state for claim in claims())
    return {state: found[state] for state in STATES}


def named() -> set[str]:
    """Return every scenario that the page names anywhere."""
    return {s for row in _all_rows() for cell in row for s in _scenarios(cell)}


def sabotages(text: str) -> set[tuple[str, str]]:
    """Return the sabotages that a text names, each with its kind."""
    return {(m[1], m[2]) for code in _CODE.findall(text) if (m := _WORD.fullmatch(code))}


def tests(text: str) -> set[str]:
    """Return the tests that a text names, as ``file::function``."""
    return {code for code in _CODE.findall(text) if code.startswith("tests/")}


def scenarios() -> set[str]:
    """Return every scenario of the features as the page names them."""
    found = set()
    for file in (ROOT / "features").rglob("*.feature"):
        place = file.relative_to(ROOT / "features").with_suffix("").as_posix()
        found |= {f"{place}::{m[1]}" for line in file.read_text("utf-8").splitlines() if (m := _NAMED.match(line))}
    return found


def functions(file: Path) -> set[str]:
    """Return the functions of a test's file."""
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


def _rows(cells: int) -> list[tuple[str, ...]]:
    return [row for row in _all_rows() if len(row) == cells]


def _all_rows() -> list[tuple[str, ...]]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]


def _scenarios(text: str) -> tuple[str, ...]:
    return tuple(code for code in _CODE.findall(text) if "::" in code and not code.startswith("tests/"))

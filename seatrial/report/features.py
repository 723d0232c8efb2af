"""What feature files say beside their scenarios: names, descriptions, rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from seatrial.scenarios.bdd import GherkinParseError, get_gherkin_document
from seatrial.scenarios.reading import ENCODING


def describe(root: Path, files: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return ``name``, ``description``, ``tags`` and ``rules`` (name: description) of each of *files* below *root*.

    A file that cannot be read any more is left out.
    """
    found = {}
    for file in files:
        try:
            feature = get_gherkin_document(str(root / file), ENCODING).feature
        except (OSError, GherkinParseError, KeyError, UnicodeDecodeError):
            continue
        found[file] = {
            "name": feature.name,
            "description": _plain(feature.description),
            "tags": [tag.name.removeprefix("@") for tag in feature.tags],
            "rules": {c.rule.name: _plain(c.rule.description) for c in feature.children if c.rule},
        }
    return found


def _plain(description: str) -> str:
    """Return a description with a line for each paragraph: where its lines are broken in the file says nothing."""
    paragraphs = "\n".join(line.strip() for line in description.strip().splitlines()).split("\n\n")
    return "\n".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs)

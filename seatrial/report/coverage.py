"""What the specification leaves out: objects nobody touched, parts without a scenario, words nobody uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.escaping import one_line
from seatrial.report.document import Document
from seatrial.report.grouping import Grouping

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")


@dataclass
class Coverage:
    """What no scenario covers.

    Attributes:
        things: How many objects there are, by ``manifests`` and ``platform``.
        untouched: Objects that no scenario looked at, by the same keys, as ``Kind group/name``.
        parts: Every part of the platform with the number of its scenarios.
        words: Words that no step says, with their place.
        known: Whether there is a picture of the platform to compare with.
    """

    things: dict[str, int] = field(default_factory=dict)
    untouched: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    known: bool = False

    @property
    def without_scenario(self) -> list[str]:
        """The parts that have no scenario."""
        return [part for part, count in self.parts.items() if not count]


def cover(
    document: Document, picture: Mapping[str, Any] | None, grouping: Grouping, words: Iterable[str] = ()
) -> Coverage:
    """Hold a run against the platform that it ran on.

    An object is touched when a scenario that was run saw it by its own name in something that it looked at.

    Args:
        document: The run.
        picture: The platform, as `seatrial.provisioning.picture.Picture.plain` gives it.
        grouping: The parts of the platform.
        words: The words that no step says, which the caller has found.
    """
    parts = {
        part: sum(part in grouping.parts_of(scenario["file"]) for scenario in document["scenarios"])
        for part in grouping.parts
    }
    found = Coverage(parts=parts, words=list(words), known=picture is not None)
    touched = _touched(document)
    for key, there in (("manifests", "declared"), ("platform", "live")):
        things = [thing for thing in (picture or {}).get("things", []) if thing[there]]
        found.things[key] = len(things)
        found.untouched[key] = sorted(_full(t) for t in things if t["name"] not in touched)
    return found


def lines(coverage: Coverage) -> list[str]:
    """Write it for a person."""
    told = []
    for key, untouched in coverage.untouched.items():
        if coverage.known:
            told.append(f"{len(untouched)} of {coverage.things[key]} objects of the {key} were touched by no scenario")
            told += [f"  {one_line(name)}" for name in untouched]
        else:
            told.append(f"objects of the {key}: not known; no picture of the platform was kept with the run")
    told.append(f"{len(coverage.without_scenario)} of {len(coverage.parts)} parts have no scenario")
    told += [f"  {one_line(part)}" for part in coverage.without_scenario]
    told.append(f"{len(coverage.words)} words are said by no step")
    return told + [f"  {one_line(word)}" for word in coverage.words]


def _touched(document: Document) -> set[str]:
    """Collect every name that anything seen is made of: ``Service dns/msvc1`` names ``dns`` and ``msvc1``."""
    texts = {text for scenario in document["scenarios"] for text in scenario["objects"]}
    names = {name for text in texts for name in _NAME.findall(text)}
    return names | {name.partition(".")[0] for name in names}  # msvc1.team1.example.com is about msvc1


def _full(thing: Mapping[str, Any]) -> str:
    where = f"{thing['group']}/" if thing["group"] else ""
    return f"{thing['kind']} {where}{thing['name']}"

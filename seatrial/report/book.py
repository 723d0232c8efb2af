"""The specification as a book: concerns, features, rules, scenarios, each with its verdict on every target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seatrial.errors import SeatrialError, UsageError
from seatrial.report import artefact, document, features, grouping, history
from seatrial.report.document import Document
from seatrial.report.grouping import Grouping
from seatrial.report.history import Series
from seatrial.scenarios import specification
from seatrial.scenarios.results import of_plan
from seatrial.scenarios.verdict import Verdict

_TARGETS = ("local", "kind", "aws")


@dataclass
class Edition:
    """The last run on one target.

    Attributes:
        target: The target.
        folder: Its folder, relative to the book's own.
        document: Its ``verdict.json``.
        series: Since when each scenario has its verdict, those that this run left out included.
        picture: The platform, if one was drawn.
        scenarios: What the run says of each scenario, by node id.
        written: When its ``verdict.json`` was written (nanoseconds): tells runs apart that began within one second.
    """

    target: str
    folder: Path
    document: Document
    series: Mapping[str, Series] = field(default_factory=dict)
    picture: Mapping[str, Any] | None = None
    scenarios: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    written: int = 0


@dataclass
class Book:
    """Everything that the living document shows.

    Attributes:
        editions: The last run on each target.
        scenarios: Every scenario that is specified now or was run last, in the book's order.
        features: What feature files say beside their scenarios, by file.
        grouping: Profiles and parts.
        home: The folder that it is written into.
        detail: How many objects of each observation are shown; what is left out is in ``verdict.json``.
    """

    editions: list[Edition]
    scenarios: list[dict[str, Any]]
    features: dict[str, dict[str, Any]]
    grouping: Grouping
    home: Path
    detail: int = 12


def gather(root: Path, home: Path) -> Book:
    """Gather the last run on each target below *home*, and what the project at *root* specifies now.

    What cannot be read is left out: a document is written whatever state the project is in.
    """
    editions = _worth_showing([e for folder in folders(home) if (e := _edition(folder)) is not None])
    groups = Grouping()
    with suppress(UsageError):
        groups = grouping.read(root)
    known = {nodeid: s for e in reversed(editions) for nodeid, s in e.scenarios.items()}
    now = {s["nodeid"]: s for s in _specified(root)}
    told: dict[str, dict[str, Any]] = {}
    for edition in reversed(editions):
        told |= edition.document["features"]
    told |= features.describe(root, {s["file"] for s in now.values()})
    order = list(groups.parts)

    def place(scenario: dict[str, Any]) -> tuple[int, str, int, str]:
        parts = groups.parts_of(scenario["file"])
        first = min((order.index(part) for part in parts), default=len(order))
        return first, scenario["file"], scenario["line"], scenario["nodeid"]

    return Book(editions, sorted((known | now).values(), key=place), told, groups, home)


def _worth_showing(editions: list[Edition]) -> list[Edition]:
    """Return *editions* without those that judged nothing, once a later run on another target did: what failed once."""
    latest = max(editions, key=lambda e: (e.document["began"], e.written), default=None)
    return [e for e in editions if e is latest or any(s["ran"] for s in e.scenarios.values())]


def folders(home: Path) -> list[Path]:
    """Return the folder of each run below *home*, links left out."""
    found = sorted(file.parent for file in home.glob("*/verdict.json") if not file.parent.is_symlink())
    return sorted(found, key=lambda f: _TARGETS.index(f.name) if f.name in _TARGETS else len(_TARGETS))


def _edition(folder: Path) -> Edition | None:
    try:
        run = document.read(folder)
    except UsageError:  # of another version
        return None
    picture = None
    with suppress(OSError, UsageError):
        picture = artefact.read(folder / "picture.json", "picture")
    return Edition(
        run["target"],
        Path(folder.name),
        run,
        history.read(folder / "history.json"),
        picture,
        {scenario["nodeid"]: scenario for scenario in run["scenarios"]},
        (folder / "verdict.json").stat().st_mtime_ns,
    )


def _specified(root: Path) -> Iterable[dict[str, Any]]:
    """Return every scenario of the specification as one that was not run."""
    for file in specification.find([root / "features"]):
        shown = file.relative_to(root).as_posix()
        with suppress(SeatrialError):
            for planned in specification.read(file, shown):
                result = of_plan(f"{shown}::{planned.name}", Verdict.ERROR, planned)
                yield asdict(result) | {"concern": result.concern}

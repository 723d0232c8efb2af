"""The reports of a run's shards, which anybody may have written: read, and seen to be all parts of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.report import document, manifest
from seatrial.report.about import About
from seatrial.report.document import Document
from seatrial.scenarios.sharding import digest

_CUT = 200


@dataclass(frozen=True)
class Part:
    """One shard's report.

    Attributes:
        home: The folder that ``--report`` named.
        folder: The one of its target in it.
        run: Its ``verdict.json``.
    """

    home: Path
    folder: Path
    run: Document

    @property
    def number(self) -> int:
        """Which part it is, from 1."""
        return int(self.run["shard"]["number"])


_ALIKE: tuple[tuple[str, Callable[[Document], Any]], ...] = (
    ("number of shards", lambda run: run["shard"]["of"]),
    ("target", lambda run: run["target"]),
    ("commit", lambda run: run["git"] and run["git"]["commit"]),
    ("specification", lambda run: run["specification"]["sha256"]),
    ("version of Seatrial", lambda run: run["seatrial"]),
    ("plan", lambda run: (run["shard"]["plan"]["scenarios"], run["shard"]["plan"]["sha256"])),
)


def read(homes: Sequence[Path]) -> list[Part]:
    """Return the report of every shard, in the order of their numbers.

    Args:
        homes: The folder of reports of each, as ``seatrial verify --shard`` has left it.

    Raises:
        UsageError: If one is no shard's, or not as it was left, or if together they are not one run: the message says
            which, and what is amiss.
    """
    parts = sorted(map(_part, homes), key=lambda part: part.number)
    first, *others = parts
    for part in others:
        for what, of in _ALIKE:
            if (one := of(first.run)) != (other := of(part.run)):
                raise UsageError(
                    f"{first.home} and {part.home}: expected shards of one run, and the {what} differs: "
                    f"{_shown(one)}, {_shown(other)}"
                )
    _see_all(parts)
    return parts


def see_of_project(parts: Sequence[Part], own: About) -> None:
    """See that what was judged is what the project says now, *own*: its gate is to judge the whole.

    Raises:
        UsageError: If it is not.
    """
    run = parts[0].run
    commit = run["git"]["commit"] if run["git"] else ""
    if commit and own.commit and commit != own.commit:
        raise UsageError(
            f"the shards are of the commit {commit}, and this project is at {own.commit}; check theirs out"
        )
    if run["specification"]["sha256"] != own.sha256:
        raise UsageError("the shards are of another specification than features/ of this project; check theirs out")


def _part(home: Path) -> Part:
    files = [file for file in home.glob("*/verdict.json") if not file.parent.is_symlink()]
    if len(files) != 1:
        found = ", ".join(one_line(file.parent.name) for file in sorted(files)) or "none"
        raise UsageError(f"{home}: expected the report of a shard, of one target, as --report named it; found {found}")
    _, problems = manifest.check(home)
    if problems:
        more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
        raise UsageError(f"{home}: not as the shard has left it: {problems[0][:_CUT]}{more}; fetch it again")
    run = document.read(files[0])
    if "shard" not in run:
        raise UsageError(f"{home}: the report of a whole run; expected one of `seatrial verify --shard`")
    if run["shard"]["plan"] is None:
        raise UsageError(f"{home}: ended before it was known what it is a part of; run that shard again")
    if run["target"] != files[0].parent.name:
        raise UsageError(f"{files[0]}: expected a run on the target that its folder is named after")
    return Part(home, files[0].parent, run)


def _see_all(parts: Sequence[Part]) -> None:
    """See that every shard is there once, and so every scenario that was planned."""
    of, plan = parts[0].run["shard"]["of"], parts[0].run["shard"]["plan"]
    for part, later in pairwise(parts):
        if part.number == later.number:
            raise UsageError(f"{part.home} and {later.home}: both are shard {part.number}/{of}; leave one out")
    if parts[-1].number > of:
        raise UsageError(f"{parts[-1].home}: expected one of {of} shards, got shard {parts[-1].number}")
    numbers = {part.number for part in parts}
    if missing := next((number for number in range(1, of + 1) if number not in numbers), None):
        raise UsageError(f"shard {missing}/{of} is missing; {len(parts)} of {of} are there")
    nodeids = [scenario["nodeid"] for part in parts for scenario in part.run["scenarios"]]
    if twice := next((name for name, count in Counter(nodeids).items() if count > 1), None):
        raise UsageError(f"{one_line(twice)[:_CUT]}: two shards have it; expected each planned scenario in one")
    if (len(nodeids), digest(nodeids)) != (plan["scenarios"], plan["sha256"]):
        raise UsageError(
            f"the shards have {len(nodeids)} scenarios, which are not the {plan['scenarios']} that were planned; "
            "run all shards with the same selection"
        )


def _shown(value: object) -> str:
    return one_line(str(value))[:_CUT]

"""Which profiles and which parts of the platform a scenario is of: ``features/specification.toml`` says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from seatrial.errors import UsageError
from seatrial.tables import read_table

FILE = "features/specification.toml"


@dataclass(frozen=True)
class Grouping:
    """Profiles and parts by name, each with the folders and files below ``features`` that it is made of."""

    profiles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def profiles_of(self, file: str, tags: Collection[str]) -> list[str]:
        """Name the profiles of a scenario of *file* with *tags*."""
        tagged = {tag.replace("-", " ") for tag in tags}
        return [name for name, places in self.profiles.items() if name in tagged or within(file, places)]

    def parts_of(self, file: str) -> list[str]:
        """Name the parts of the platform that *file* is about."""
        return [name for name, places in self.parts.items() if within(file, places)]


def read(root: Path) -> Grouping:
    """Read the grouping of the project at *root*; without the file there are neither profiles nor parts.

    Raises:
        UsageError: If the file is not as expected; the message names it and what is wrong.
    """
    found = read_table(root / FILE, FILE)
    if strange := sorted(set(found) - {"profiles", "parts"}):
        raise UsageError(f"{FILE}: unknown table {', '.join(strange)}; expected profiles and parts")
    for table, groups in found.items():
        if not isinstance(groups, dict):
            raise UsageError(f"{FILE}: {table}: expected a table, got {groups!r}")
        for name, places in groups.items():
            if not (isinstance(places, list) and places and all(isinstance(place, str) for place in places)):
                raise UsageError(f"{FILE}: {table}.{name}: expected a list of folders or files, got {places!r}")
    return Grouping(**found)


def within(file: str, places: Sequence[str]) -> bool:
    """Return whether *file* is one of *places*, or below one."""
    return _within(file, tuple(places))


@cache  # it is asked of every file after each scenario
def _within(file: str, places: tuple[str, ...]) -> bool:
    path = PurePosixPath(file).with_suffix("")
    below = PurePosixPath(*path.parts[1:]) if len(path.parts) > 1 else path
    return any(below.is_relative_to(place) for place in places)

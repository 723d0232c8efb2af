"""What can be said of a project's gate without a platform: whom it names, and whether that is still so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.escaping import one_line
from seatrial.provisioning.contract import Problem
from seatrial.report.grouping import Grouping
from seatrial.scenarios import attesting, gate
from seatrial.scenarios.gate import ID, Waiver
from seatrial.scenarios.said import nearest


@dataclass(frozen=True)
class Named:
    """A scenario, or a row of an outline, as a gate may name it; ``outline`` is the same for all rows of one."""

    nodeid: str
    name: str
    tags: Collection[str]
    outline: str
    place: str


def gate_problems(root: Path, scenarios: Sequence[Named], groups: Grouping) -> list[Problem]:
    """Find what is wrong with the gate of the project at *root*, and with the ids of its *scenarios*.

    Raises:
        UsageError: If the gate cannot be read at all.
    """
    found, where = gate.read(root)
    problems = [
        Problem(f"{where} waivers[{number}]", text)
        for number, waiver in enumerate(found.waivers)
        for text in _of_waiver(waiver, found.waivers[:number], scenarios)
    ]
    tags = {tag for one in scenarios for tag in one.tags}
    for table, named, known in (
        ("profiles", found.profiles, groups.profiles),
        ("tags", found.tags, tags),
        ("within.profiles", found.within.profiles, groups.profiles),
        ("within.tags", found.within.tags, tags),
    ):
        for name in named:
            if name not in known:
                what = "profile" if table.endswith("profiles") else "scenario has the tag"
                problems.append(Problem(f"{where} {table}", f"no {what} {one_line(name)!r}{_near(name, known)}"))
    for name in found.within.scenarios:
        problems += [Problem(f"{where} within.scenarios", text) for text in _of_name(name, scenarios)]
    return [*problems, *_of_ids(scenarios), *_of_attestations(root, scenarios)]


def _of_waiver(waiver: Waiver, before: Sequence[Waiver], scenarios: Sequence[Named]) -> Iterator[str]:
    yield from _of_name(waiver.scenario, scenarios)
    shown = one_line(waiver.scenario)
    if any(one.scenario == waiver.scenario for one in before):
        yield f"a second waiver of {shown}; keep one of both"
    if waiver.until < gate.today():
        yield f"expired on {waiver.until}: {shown} ({one_line(waiver.owner)}); mend it, or agree on another day"


def _of_name(name: str, scenarios: Sequence[Named]) -> Iterator[str]:
    """Find what keeps *name* from naming one scenario."""
    meant = [one for one in scenarios if gate.names(name, one.nodeid, one.name, one.tags)]
    shown = one_line(name)
    if not meant:
        yield f"names no scenario: {shown}{_near(name, [s.name for s in scenarios])}"
    if len({one.outline for one in meant}) > 1:
        places = ", ".join(dict.fromkeys(one.place for one in meant))
        yield f"names several scenarios: {shown} ({places}); name one as features/file.feature::its name"


def _of_attestations(root: Path, scenarios: Sequence[Named]) -> Iterator[Problem]:
    """Find entries that cannot be read, or are of no scenario that is judged by one."""
    try:
        entries = attesting.read(root)
    except SeatrialError as error:
        where, _, what = str(error).partition(": ")
        yield Problem(where, what)
        return
    for one in entries:
        meant = [s for s in scenarios if gate.names(one.entry.scenario, s.nodeid, s.name, s.tags)]
        if not any(attesting.is_attested(s.tags) for s in meant):
            shown = one_line(one.entry.scenario)
            yield Problem(f"{attesting.FOLDER}/{one.file.name}", f"names no scenario tagged @attested: {shown}")


def _near(text: str, known: Iterable[str]) -> str:
    """Return which of those that are *known* may be meant; nothing where none is near."""
    return "".join(f"; near it is: {one}" for one in nearest(text, list(known))[:1])


def _of_ids(scenarios: Sequence[Named]) -> Iterator[Problem]:
    """Find ids that name nothing, or several scenarios: whoever names one would mean either."""
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for one in scenarios:
        for tag in one.tags:
            if tag.startswith(ID):
                places[tag][one.outline] = one.place
    for tag, of_it in places.items():
        first, *others = of_it.values()
        if tag == ID:
            yield Problem(first, f"@{ID} has no id after it: write @{ID}DNS-3")
        elif others:
            yield Problem(others[0], f"@{one_line(tag)} is at {first} as well; an id names one scenario")

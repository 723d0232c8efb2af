"""``seatrial attest``: write and sign what nobody can look at."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from seatrial import contained
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.scenarios import attesting, gate, signatures, specification
from seatrial.scenarios.attesting import Entry
from seatrial.scenarios.said import nearest
from seatrial.scenarios.specification import Planned

_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def attest(
    scenario: Annotated[str, typer.Argument(help="Its name, its id (@id:SHOP-9), or features/file.feature::its name.")],
    who: Annotated[str, typer.Option(help="Who says that it holds, as the allowed signers have it.")],
    link: Annotated[str, typer.Option(help="Where it can be read up.")],
    until: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it counts, in UTC.")],
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key of SSH to sign with; else the command is said.")
    ] = None,
) -> None:
    """Write an entry that says who answers for it that a scenario holds which is tagged @attested, and sign it."""
    root = Path.cwd()
    nodeid, planned = _meant(root, scenario)
    if not attesting.is_attested(planned.tags):
        raise UsageError(f"{nodeid}: is not tagged @{attesting.TAG}: it is looked at, and nobody can attest to it")
    for option, text in (("--who", who), ("--link", link)):
        if not text.strip() or not text.isprintable():
            raise UsageError(f"{option}: expected a text of one line")
    entry = Entry(scenario, attesting.digest(planned), who, gate.today(), link, until.date())
    if entry.until < entry.when:
        raise UsageError(f"--until {entry.until}: is over; expected a day to come")
    name = _SLUG.sub("-", scenario.removeprefix(f"@{gate.ID}").lower()).strip("-")[:_LONGEST] or "scenario"
    file = root / attesting.FOLDER / f"{name}.toml"
    contained.write(file, toml(entry), below=root)
    shown = file.relative_to(root)
    if key is None:
        typer.echo(f"written: {shown}\nsign it by: {signatures.by_hand(str(shown))}")
        return
    signatures.sign(file, key)
    typer.echo(f"signed: {shown} and {shown}.sig; whose signature counts stands in {gate.read(root)[0].signers}")


def toml(entry: Entry) -> str:
    """Write an entry as it stands in its file."""
    fields = ((name, getattr(entry, name)) for name in entry.__struct_fields__)
    return "".join(f"{name} = {_value(value)}\n" for name, value in fields)


def _value(value: dt.date | str) -> str:
    return str(value) if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)


def _meant(root: Path, named: str) -> tuple[str, Planned]:
    """Return the scenario that is meant, with its id.

    Raises:
        UsageError: If there is none, or several; it names the nearest.
    """
    known = list(_specified(root))
    found = [(nodeid, one) for nodeid, one in known if gate.names(named, nodeid, one.name, one.tags)]
    if not found:
        near = "".join(f"; near it is: {one}" for one in nearest(named, [one.name for _, one in known])[:1])
        raise UsageError(f"no scenario is called so: {one_line(named)}{near}")
    if len(found) > 1:
        raise UsageError(f"{one_line(named)}: names several: {', '.join(one_line(nodeid) for nodeid, _ in found)}")
    return found[0]


def _specified(root: Path) -> Iterator[tuple[str, Planned]]:
    for file in specification.find([root / "features"]):
        shown = file.relative_to(root).as_posix()
        for planned in specification.read(file, shown):
            yield f"{shown}::{planned.name}", planned

"""What a project lets through: how true verdicts have to be, and which failures are waived, by whom, until when.

It stands in ``[tool.seatrial.gate]`` of pyproject.toml, or in ``[gate]`` of a ``seatrial.toml`` beside it::

    [tool.seatrial.gate]
    require = "simulated"

    [tool.seatrial.gate.profiles]
    release = "proven"

    [[tool.seatrial.gate.waivers]]
    scenario = "A removed pod comes back"
    reason = "the shop waits for its new disks"
    owner = "team shop"
    until = 2027-01-31
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from seatrial.errors import UsageError
from seatrial.scenarios.verdict import Requirement, Waived
from seatrial.tables import of_tool, read_table

FILE, OWN_FILE = "pyproject.toml", "seatrial.toml"
ID = "id:"
"""What the tag of a scenario begins with that names it: ``@id:DNS-3``."""
OWNER = "owner:"
"""What one begins with that names who answers for it: ``@owner:team-shop``."""

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Seconds = Annotated[float, msgspec.Meta(gt=0)]
_AT = re.compile(r" - at `\$\.?(.*)`$")


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failure that is let through for a while.

    Attributes:
        scenario: Which scenario: its name, ``features/file.feature::its name``, or the tag ``@id:...`` that it has.
        reason: Why.
        owner: Who answers for it.
        until: The last day on which it is in force, in UTC.
    """

    scenario: _Text
    reason: _Text
    owner: _Text
    until: dt.date

    def names(self, nodeid: str, name: str, tags: Collection[str]) -> bool:
        """Return whether it is meant for the scenario of that id, name and tags."""
        return names(self.scenario, nodeid, name, tags)


class Within(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The seconds in which scenarios have to hold, whatever their steps may wait for; nothing where none are named.

    Attributes:
        scenarios: Of a scenario, named as a waiver names it.
        profiles: Of each scenario of a profile.
        tags: Of each scenario with a tag, named without its ``@``.
    """

    scenarios: Mapping[_Text, _Seconds] = {}
    profiles: Mapping[str, _Seconds] = {}
    tags: Mapping[str, _Seconds] = {}


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is required and what is waived; nothing where a project says nothing.

    Attributes:
        require: Of every scenario.
        profiles: Of the scenarios of each profile.
        tags: Of the scenarios with each tag, named without its ``@``.
        within: In how many seconds scenarios have to hold.
        waivers: The failures that are let through.
        signers: The file of those whose signature counts for what is attested, relative to the project's root.
    """

    require: Requirement | None = None
    profiles: Mapping[str, Requirement] = {}
    tags: Mapping[str, Requirement] = {}
    within: Within = Within()
    waivers: tuple[Waiver, ...] = ()
    signers: _Text = "attestations/allowed_signers"

    def waived(self, nodeid: str, name: str, tags: Collection[str]) -> Waived | None:
        """Return what is waived of a scenario, by the first waiver that names it; nothing where none does."""
        found = next((one for one in self.waivers if one.names(nodeid, name, tags)), None)
        if found is None:
            return None
        return Waived(found.reason, found.owner, found.until.isoformat(), expired=found.until < today())


GATE = pytest.StashKey[Gate]()
"""Where a session keeps its gate."""


def names(text: str, nodeid: str, name: str, tags: Collection[str]) -> bool:
    """Return whether *text* names the scenario of that id, name and tags: by either, or by its ``@id:...``."""
    tag = text.removeprefix("@")
    return text in (nodeid, name) or (tag.startswith(ID) and tag in tags)


def today() -> dt.date:
    """Return the day that it is in UTC: the same for everybody who looks at a run."""
    return dt.datetime.now(dt.UTC).date()


def read(root: Path) -> tuple[Gate, str]:
    """Read the gate of the project at *root*; give it with the place where it stands.

    Raises:
        UsageError: If it is not as expected, or stands in both files; the message names file and field.
    """
    inner = of_tool(root / FILE).get("gate")
    own = read_table(root / OWN_FILE).get("gate")
    if inner is not None and own is not None:
        raise UsageError(f"{root / OWN_FILE}: [gate]: {FILE} has [tool.seatrial.gate] as well; keep one of both")
    where, prefix = (OWN_FILE, "gate") if own is not None else (FILE, "tool.seatrial.gate")
    try:
        return msgspec.convert(own if own is not None else inner or {}, Gate), f"{where}: [{prefix}]"
    except msgspec.ValidationError as error:
        raise UsageError(f"{root / where}: [{prefix}] {_told(str(error))}") from error


def _told(said: str) -> str:
    """Return what is wrong, its place first."""
    found = _AT.search(said)
    place, what = (f"{found[1]}: ", said[: found.start()]) if found else ("", said)
    if "enum value" in what:
        what += f"; expected {' or '.join(Requirement)}"
    if "RFC3339" in what or "`date`" in what:
        what = "expected a day, as in until = 2027-01-31"
    if "unknown field" in what and not place:
        what += f"; expected {', '.join(Gate.__struct_fields__)}"
    if "unknown field" in what and place.startswith("within"):
        what += f"; expected {', '.join(Within.__struct_fields__)}"
    if "float" in what:
        what = "expected a number of seconds above 0"
    if "unknown field" in what and place.startswith("waivers"):
        what += f"; expected {', '.join(Waiver.__struct_fields__)}"
    return place + what

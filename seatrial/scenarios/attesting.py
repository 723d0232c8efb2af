"""``@attested``: nobody can look at it, and somebody has signed that it holds, in a file of ``attestations``.

It reads::

    scenario = "@id:SHOP-9"
    words = "5b0f..."                 # the digest of its words; other words are not what was signed
    who = "jane@example.com"          # as the allowed signers have her
    when = 2026-11-29
    link = "https://example.com/minutes/9"
    until = 2027-11-29                # the last day on which it counts, in UTC

Beside it lies ``FILE.sig``, as ``ssh-keygen -Y sign -n seatrial`` makes it. `seatrial attest` writes and signs both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from seatrial.bounded import BoundsError, file_in, read_bytes
from seatrial.errors import SeatrialError
from seatrial.escaping import one_line
from seatrial.scenarios import gate
from seatrial.scenarios.run import of_step
from seatrial.scenarios.signatures import refused
from seatrial.scenarios.specification import Planned
from seatrial.scenarios.verdict import Attested

TAG = "attested"
"""The tag of a scenario that is judged so."""
FOLDER = "attestations"
_MOST = 64 << 10  # bytes of an entry, of a signature

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class AttestationError(SeatrialError):
    """An entry is not what it says it is; its text names the file and what was expected."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody has signed.

    Attributes:
        scenario: Which scenario: its name, ``features/file.feature::its name``, or its ``@id:...``.
        words: The digest of its words, as `digest` makes it.
        who: Who says that it holds.
        when: On which day.
        link: Where it can be read up.
        until: The last day on which that counts.
    """

    scenario: _Text
    words: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    who: _Text
    when: dt.date
    link: _Text
    until: dt.date


@dataclass(frozen=True)
class Signed:
    """An entry with its file, and the bytes that were signed."""

    file: Path
    content: bytes
    entry: Entry


def read(root: Path) -> list[Signed]:
    """Return every entry of the project at *root*; whether its signature is right is seen by `attested`.

    Raises:
        AttestationError: If one is not as expected; the message names its file and field.
    """
    return [_read(file, root) for file in sorted((root / FOLDER).glob("*.toml"))]


def attested(planned: Planned, nodeid: str, root: Path, signers: str) -> Attested | None:
    """Return what is attested of a scenario; nothing where there is no entry for it.

    Args:
        planned: The scenario.
        nodeid: Its id.
        root: The project's root.
        signers: The file of those whose signature counts, relative to *root*.

    Raises:
        AttestationError: If the entry for it is forged, was signed by nobody who may, or there are several.
    """
    found = [one for one in read(root) if gate.names(one.entry.scenario, nodeid, planned.name, planned.tags)]
    if not found:
        return None
    one, *others = found
    shown = one.file.relative_to(root)
    if others:
        raise AttestationError(f"{shown}: {others[0].file.name} attests to the same scenario; keep one of both")
    entry = one.entry
    if why := refused(one.content, one.file.with_name(f"{one.file.name}.sig"), entry.who, root / signers):
        raise AttestationError(f"{shown}: refused: {why}")
    if entry.when > gate.today():
        raise AttestationError(f"{shown}: when: {entry.when} is yet to come; expected the day on which it was signed")
    return Attested(entry.who, str(entry.when), entry.link, str(entry.until), _lapsed(entry, planned))


def digest(planned: Planned) -> str:
    """Return the digest of what a scenario says: its feature, rule, name, and steps with their tables and blocks."""
    steps = [(s.keyword, s.text, s.table, s.block) for s in map(of_step, planned.scenario.steps)]
    said = [planned.feature.name or "", planned.rule, planned.name, steps]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def is_attested(tags: Collection[str]) -> bool:
    """Return whether a scenario with these tags is judged by a signed entry."""
    return TAG in tags


def _lapsed(entry: Entry, planned: Planned) -> str:
    if entry.until < gate.today():
        return "that day is over"
    return "" if entry.words == digest(planned) else "its words are others than those that were signed"


def _read(file: Path, root: Path) -> Signed:
    shown = file.relative_to(root)
    try:
        content = read_bytes(file_in(root, shown.as_posix()), _MOST)
        return Signed(file, content, msgspec.convert(tomllib.loads(content.decode("utf-8")), Entry))
    except msgspec.ValidationError as error:
        fields = ", ".join(Entry.__struct_fields__)
        raise AttestationError(f"{shown}: {one_line(str(error))}; expected {fields}") from error
    except (BoundsError, ValueError, RecursionError) as error:  # neither TOML nor UTF-8
        raise AttestationError(f"{shown}: {one_line(str(error))}") from error
    except OSError as error:
        raise AttestationError(f"{shown}: cannot be read: {error.strerror}") from error

"""Times as reports write them."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.scenarios.gate import ID, OWNER
from seatrial.scenarios.verdict import Attested

_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def stamp(seconds: float) -> str:
    """Write a time (seconds since the epoch) in UTC."""
    return time.strftime(_STAMP, time.gmtime(seconds))


def part_of(shard: Mapping[str, Any], scenarios: int) -> str:
    """Say that a run is a part of one, and how many of the planned *scenarios* it has."""
    plan = shard["plan"]
    whole = f"{scenarios} of {plan['scenarios']}" if plan else f"{scenarios} of the"
    return (
        f"shard {shard['number']}/{shard['of']}: {whole} planned scenarios, and no whole run; "
        "`seatrial report --merge` judges all shards as one"
    )


def on(document: Mapping[str, Any]) -> str:
    """Say on which target a run was made, and which part of one it is, if that is not all of it."""
    shard = document.get("shard")
    return f"{document['target']}, shard {shard['number']}/{shard['of']}" if shard else str(document["target"])


def moment(stamped: str) -> float:
    """Return the time (seconds since the epoch) that `stamp` has written."""
    return float(calendar.timegm(time.strptime(stamped, _STAMP)))


def duration(seconds: float) -> str:
    """Write a duration for a person."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {seconds % 60:.0f} s"


def whose(tags: Iterable[str]) -> str:
    """Write by which id a scenario is known, and who answers for it, as its tags say; nothing where none does."""
    return " ".join(f"@{tag}" for tag in tags if tag.startswith((ID, OWNER)))


def attestation_of(attestation: Mapping[str, Any]) -> str:
    """Write what a signed entry says, as ``verdict.json`` has it."""
    return str(Attested(**attestation))


def waiver_of(waiver: Mapping[str, Any]) -> str:
    """Write what a waiver says, as ``verdict.json`` has it."""
    when = "was waived until" if waiver["expired"] else "waived until"
    return f"{when} {waiver['until']} by {waiver['owner']}: {waiver['reason']}"

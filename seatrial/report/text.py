"""Times as reports write them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.scenarios.gate import ID, OWNER
from seatrial.scenarios.verdict import Attested


def stamp(at: float) -> str:
    """Write a time (seconds since the epoch) in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


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

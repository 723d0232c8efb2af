"""What the last sabotage on a target has found, as reports of its runs say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.report import artefact

FILE = "sabotage.json"
_SUMMED = ("began", "complete", "git", "summary", "concerns")


def summed(folder: Path) -> dict[str, Any] | None:
    """Return the sum of the sabotage whose score lies in *folder*; nothing where there is none that can be read."""
    try:
        found = artefact.read(folder / FILE, "sabotage")
    except (OSError, UsageError):
        return None
    unnoticed = [
        {key: one[key] for key in ("name", "scenario")}
        for one in found["breaks"]
        if not _lacking(one) and (not one["noticed"] or one["again"] not in ("proven", "simulated"))
    ]
    return {key: found[key] for key in _SUMMED} | {
        "unnoticed": unnoticed,
        "unchallenged": len(found["unchallenged"]),
    }


def _lacking(one: dict[str, Any]) -> bool:
    """Return whether a break was of a scenario that cannot be proven on this target, whole or broken."""
    return one["again"] == "not provable" and one["verdict"] in ("", "not provable")


def line(sabotage: dict[str, Any]) -> str:
    """Say it in one line."""
    sums = sabotage["summary"]
    told = f"{sums['noticed']} of {sums['breaks']} breaks noticed, {sums['held again']} scenarios hold again"
    if lacking := sums.get("not provable"):
        told += f", {lacking} are of scenarios that are not provable here"
    return told if sabotage["complete"] else f"{told}; it did not come to its end"

"""A step's evidence as lines: what was asked, what was observed, how long it took to hold."""

from __future__ import annotations

from typing import Any

from seatrial.report.text import duration

_BASES = {"observed": "what was observed", "declared": "what is declared"}


def lines(step: dict[str, Any]) -> list[str]:
    """Write all that a step has looked at."""
    return [line for look in step["looks"] for line in of_look(look)]


def of_look(look: dict[str, Any]) -> list[str]:
    """Write one look."""
    told = [f"asked     {question}" for question in look["asked"]]
    told += [f"rests on  {rests_on(look)}"] * bool(rests_on(look))
    for subject, expected, seen in look["mismatches"]:
        told += [f"expected  {subject}  {expected}", f"last seen {subject}  {seen}"]
    heads, *rows = look["table"] or [[]]
    for name, *values in rows:
        told.append("  ".join(["observed ", name, *(f"{h} {v}" for h, v in zip(heads[1:], values, strict=True))]))
    told += [f"observed  {line}" for line in look["observed"]]
    return [*told, how_long(look)] if look["mode"] else told


def rests_on(look: dict[str, Any]) -> str:
    """Say whether a look saw how something is, or only how it should be; nothing where that is not known."""
    return _BASES.get(look.get("basis", ""), "")


def how_long(look: dict[str, Any]) -> str:
    """Say how long something took to hold, or did not."""
    looks = f"{look['looks']} look{'s' * (look['looks'] != 1)}"
    took = duration(look["seconds"])
    if look["mode"] == "always":
        return f"held all the time for {took}, {looks}" if look["held"] else f"held for {took}, then broke, {looks}"
    limit = f"{look['limit']:g} s"
    return f"held after {took} of {limit}, {looks}" if look["held"] else f"did not hold within {took}, {looks}"

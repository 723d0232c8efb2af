"""The files and the lines in which a run says what it found."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from seatrial import __version__
from seatrial.verdict import Requirement, Result, Verdict, summary

SCHEMA_VERSION = 1


def folder(config: pytest.Config) -> Path:
    """Give the folder in which a run leaves its files."""
    return config.rootpath / str(config.getoption("--report"))


def write_verdict(file: Path, results: list[Result], *, team: str, target: str, began: float) -> None:
    """Write ``verdict.json``; its schema is ``verdict.schema.json`` beside this module."""
    document = {
        "version": SCHEMA_VERSION,
        "seatrial": __version__,
        "team": team,
        "target": target,
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 1),
        "summary": {str(v): sum(r.verdict is v for r in results) for v in Verdict} | {"planned": len(results)},
        "scenarios": [asdict(result) for result in results],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def lines(results: list[Result], required: Requirement | None = None) -> list[str]:
    """Write the summary for a person: why scenarios are not provable, the sum, and how it falls short."""
    reasons: dict[str, int] = {}
    for result in results:
        if result.verdict is Verdict.NOT_PROVABLE:
            reasons[result.reason] = reasons.get(result.reason, 0) + 1
    told = [f"{count:3} not provable here: {reason}" for reason, count in sorted(reasons.items(), key=lambda r: -r[1])]
    told.append(summary(results))
    weaker = len(falling_short(results, required))
    if required is not None and weaker:
        told.append(f"{required} is required of every scenario; {weaker} fall{'s' * (weaker == 1)} short")
    return told


def falling_short(results: list[Result], required: Requirement | None) -> list[Result]:
    """Give the results that make a run a failure: all that broke, and all that are weaker than what is required."""
    broken = (Verdict.FAILED, Verdict.ERROR, Verdict.UNDEFINED)
    return [r for r in results if r.verdict in broken or (required is not None and not required.met_by(r.verdict))]

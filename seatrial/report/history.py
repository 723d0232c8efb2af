"""Since when a verdict holds: the first run of the unbroken series, kept beside the last run's verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.report import artefact
from seatrial.report.text import stamp
from seatrial.scenarios.verdict import Result

_VERSION = 1

Series = dict[str, Any]
"""``verdict``, ``since`` and ``commit`` of the first run that gave it, ``last`` (the last one), ``runs``."""


def read(file: Path) -> dict[str, Series]:
    """Read the series by node id; a file that is not there, or that cannot be read, has none."""
    with suppress(OSError, UsageError):
        found = artefact.read(file, "history")
        if found["version"] == _VERSION:
            return dict(found["scenarios"])
    return {}


def carry(before: Mapping[str, Series], results: Iterable[Result], began: float, commit: str) -> dict[str, Series]:
    """Carry the series on by one run; a scenario that this run has not finished keeps the one that it has.

    Args:
        before: The series before this run.
        results: What this run has found so far.
        began: When this run began, in seconds since the epoch.
        commit: What it was run on.
    """
    after, at = dict(before), stamp(began)
    for result in results:
        if not result.ran:
            continue
        old, verdict = before.get(result.nodeid), str(result.verdict)
        if old is not None and old["verdict"] == verdict:
            after[result.nodeid] = {**old, "last": at, "runs": old["runs"] + 1}
        else:
            after[result.nodeid] = {"verdict": verdict, "since": at, "commit": commit, "last": at, "runs": 1}
    return after


def text(series: Mapping[str, Series]) -> str:
    """Write the series as the text of their file."""
    return json.dumps({"version": _VERSION, "scenarios": series}, indent=1) + "\n"

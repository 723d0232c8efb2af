"""A history as JSON, for a report."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from seatrial import contained
from seatrial.checks.history.clients import History
from seatrial.checks.history.operations import Operation
from seatrial.masking import MASK


def keep(history: History, file: Path, what: str) -> None:
    """Write *history* into *file* as JSON: every write of every client, and what was found to be wrong.

    Args:
        history: The history; it goes on until it is ended.
        file: The file; its folder is made if need be.
        what: What was written.

    Raises:
        OSError: If the file cannot be written.
    """
    operations = history.operations
    document = {
        "writes": what,
        "seconds": round(history.seconds, 3),
        "operations": [_plain(operation) for operation in operations],
        "findings": [{**asdict(finding), "says": MASK.text(finding.says)} for finding in history.findings],
    }
    contained.write(file, json.dumps(document, indent=1) + "\n")


def _plain(operation: Operation) -> dict[str, object]:
    plain = asdict(operation)
    plain |= {"began": round(operation.began, 3), "ended": round(operation.ended, 3)}
    return plain | {"trouble": MASK.text(operation.trouble)}

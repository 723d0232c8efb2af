"""What is kept at a failing step, before anything is undone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.observing import Absent, Observer


def keep(folder: Path, message: str, instruments: Mapping[str, Observer | Absent]) -> None:
    """Write *message* and what every observer can still show into *folder*.

    An observer that fails to show anything does not keep the others from it: its error is kept in its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "failure.txt").write_text(message + "\n", "utf-8")
    for name, instrument in sorted(instruments.items()):
        if isinstance(instrument, Absent):
            continue
        try:
            shown = instrument.evidence()
        except Exception as error:  # noqa: BLE001 - evidence is best effort, and says so
            shown = {"could not be kept": f"{type(error).__name__}: {error}"}
        if shown is not None:
            (folder / f"{name}.json").write_text(json.dumps(shown, indent=1, default=_plain) + "\n", "utf-8")


def folder_name(file: str, line: int) -> str:
    """Name a scenario's folder: ``features/dns/records.feature`` line 14 becomes ``dns-records-14``."""
    parts = Path(file).with_suffix("").parts
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts[1:] or parts).lower()) + f"-{line}"


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value, key=str)
    return getattr(value, "__dict__", None) or str(value)

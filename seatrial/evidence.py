"""What is kept at a failing step, before anything is undone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from seatrial.observing import RECORDER, Absent, Observer


def keep(folder: Path, message: str, look: Callable[[], Mapping[str, Observer | Absent]]) -> None:
    """Write *message* and what every observer can still show into *folder*.

    An observer that fails to show anything does not keep the others from it: its error is kept in its place. What is
    read for evidence does not count as touched by the scenario.

    Args:
        folder: Where the files go; made if need be.
        message: What failed.
        look: Gives the observers by name.

    Raises:
        OSError: If the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "failure.txt").write_text(message + "\n", "utf-8")
    touched = dict(RECORDER.touched)
    try:
        instruments = look()
    except Exception as error:  # noqa: BLE001 - evidence is best effort, and says so
        (folder / "observers.json").write_text(_could_not(error), "utf-8")
        return
    for name, instrument in sorted(instruments.items()):
        if isinstance(instrument, Absent):
            continue
        try:
            text = json.dumps(instrument.evidence(), indent=1, default=_plain) + "\n"
        except Exception as error:  # noqa: BLE001 - as above
            text = _could_not(error)
        if text != "null\n":
            (folder / f"{name}.json").write_text(text, "utf-8")
    RECORDER.touched = touched


def folder_name(file: str, line: int) -> str:
    """Name a scenario's folder: ``features/dns/records.feature`` line 14 becomes ``dns-records-14``."""
    parts = Path(file).with_suffix("").parts
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts[1:] or parts).lower()) + f"-{line}"


def _could_not(error: Exception) -> str:
    return json.dumps({"could not be kept": f"{type(error).__name__}: {error}"}) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value, key=str)
    return getattr(value, "__dict__", None) or str(value)

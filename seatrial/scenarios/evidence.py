"""What is kept of a scenario that fails, before anything is undone: a bundle of files, without secrets."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from seatrial import contained
from seatrial.checks.observer import RECORDER, Absent, Observer
from seatrial.masking import MASK

_SLUG, _WHOLE = re.compile(r"[^a-z0-9]+"), re.compile(r"[a-z0-9]+")
_LONGEST = 80  # characters; a folder's name may have 255 bytes
_UNSAFE = re.compile(r"[^A-Za-z0-9._/-]+")


def keep(
    folder: Path,
    message: str,
    look: Callable[[], Mapping[str, Observer | Absent]] | None = None,
    diagnose: Callable[[], Mapping[str, object]] | None = None,
) -> None:
    """Write *message*, what every observer can still show, and the platform's own diagnosis into *folder*.

    What fails to show anything does not keep the others from it: its error is kept in its place. What is read for
    evidence does not count as touched by the scenario.

    Args:
        folder: Where the files go, at or below a folder that a run has made; made if need be.
        message: What failed.
        look: Gives the observers by name.
        diagnose: Gives documents by file name: texts, or data that is written as JSON.

    Raises:
        OSError: If the folder cannot be written to.
        StateError: If it is not ours.
    """
    contained.write(folder / "failure.txt", MASK.text(message) + "\n")
    touched = dict(RECORDER.touched)
    try:
        if look is not None:
            _keep_observed(folder, look)
        if diagnose is not None:
            _keep_diagnosis(folder, diagnose)
    finally:
        RECORDER.touched = touched


def folder_name(file: str, line: int) -> str:
    """Return the name of a scenario's folder: ``features/dns/records.feature`` line 14 becomes ``dns-records-14``.

    No two scenarios share one: a name that leaves out something of its file's ends with a digest of it.
    """
    top, *parts = Path(file).with_suffix("").parts
    slug = _SLUG.sub("-", "-".join(parts or [top]).lower()).strip("-")
    whole = top == "features" and parts and all(_WHOLE.fullmatch(part) for part in parts) and len(slug) <= _LONGEST
    digest = hashlib.sha256(file.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug}-{line}" if whole else f"{slug[:_LONGEST]}-{line}-x{digest}".lstrip("-")


def _keep_observed(folder: Path, look: Callable[[], Mapping[str, Observer | Absent]]) -> None:
    try:
        instruments = look()
    except Exception as error:  # noqa: BLE001 - evidence is best effort, and says so
        _write(folder / "observers.json", _could_not(error))
        return
    for name, instrument in sorted(instruments.items()):
        if isinstance(instrument, Absent):
            continue
        try:
            shown = instrument.evidence()
        except Exception as error:  # noqa: BLE001 - as above
            shown = _could_not(error)
        if shown is not None:
            _write(folder / f"{name}.json", shown)


def _keep_diagnosis(folder: Path, diagnose: Callable[[], Mapping[str, object]]) -> None:
    try:
        documents = diagnose()
    except Exception as error:  # noqa: BLE001 - as above
        documents = {"diagnosis.json": _could_not(error)}
    for name, document in documents.items():
        parts = [part.lstrip(".-") for part in _UNSAFE.sub("-", name).split("/")]
        _write(folder.joinpath(*(part for part in parts if part)), document)


def _write(file: Path, document: object) -> None:
    if isinstance(document, str):
        contained.write(file, MASK.text(document))
        return
    try:
        plain = MASK.data(json.loads(json.dumps(document, default=_plain)))
        contained.write(file, json.dumps(plain, indent=1) + "\n")
    except (TypeError, ValueError, RecursionError) as error:  # what is not JSON, or nested too deeply
        contained.write(file, json.dumps(MASK.data(_could_not(error))) + "\n")


def _could_not(error: Exception) -> dict[str, str]:
    return {"could not be kept": f"{type(error).__name__}: {error}"}


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return sorted(value, key=str)
    return getattr(value, "__dict__", None) or str(value)

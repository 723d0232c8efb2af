"""What lies in a report's folder, which anybody may have written: read within bounds, held to a schema, confined."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from seatrial.bounded import MEBI, file_in, is_inside, parse_json, read_bytes, read_tail
from seatrial.errors import UsageError
from seatrial.escaping import one_line

VERSION = 4
"""Of ``verdict.json``."""

_WITHOUT_WAIVERS = 2
"""A version that is still read: runs are compared over months."""

_MOST = {
    "verdict": 256 * MEBI,
    "picture": 32 * MEBI,
    "history": 32 * MEBI,
    "looked": 64 * MEBI,
    "traffic": 8 * MEBI,
    "writes": 8 * MEBI,
    "cluster": 64 * MEBI,
    "sabotage": 32 * MEBI,
}
_TAIL = 64 << 10
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
_KNOWN: dict[tuple[str, bytes], None] = {}
_KEPT = 32
"""How many contents are remembered as valid: a run writes its document anew after each scenario."""


def read(file: Path, kind: str) -> Any:
    """Return what a JSON file of a report holds.

    Args:
        file: The file; no link.
        kind: What it is to be: ``verdict``, ``picture``, ``history``, ``looked``, ``traffic``, ``writes``, ``cluster``
            or ``sabotage``.

    Raises:
        OSError: If it cannot be read.
        UsageError: If it is larger or deeper than such a file is, or not as its schema has it; the message says where.
    """
    content = read_bytes(file, _MOST[kind])
    try:
        found = parse_json(content, str(file))
    except ValueError as error:
        raise UsageError(f"{file}: not JSON ({one_line(str(error))[:200]}); expected what a run has written") from error
    if kind == "verdict":
        found = _as_of_today(found)
    key = (kind, hashlib.sha256(content).digest())
    if key not in _KNOWN:
        if problem := _problem(found, kind):
            raise UsageError(f"{file}: {problem}")
        _KNOWN[key] = None
        while len(_KNOWN) > _KEPT:
            del _KNOWN[next(iter(_KNOWN))]
    return found


def read_in(folder: Path, path: str, kind: str) -> Any:
    """Return what the file at *path* below *folder* holds, as `read` does.

    Raises:
        OSError: If it cannot be read.
        UsageError: As `read` does, and if *path* leads out of *folder*.
    """
    return read(file_in(folder, path), kind)


def last_lines(folder: Path, path: str, most: int) -> list[str]:
    """Return the last *most* lines of a text file at *path* below *folder*.

    Raises:
        OSError: If it cannot be read.
        UsageError: If *path* leads out of *folder*.
    """
    return read_tail(file_in(folder, path), _TAIL).splitlines()[-most:]


def _as_of_today(found: Any) -> Any:
    """Return a run as this version writes it: version 2 knew no waivers, so that nothing was waived."""
    if not isinstance(found, dict) or found.get("version") != _WITHOUT_WAIVERS:
        return found
    today = {**found, "version": VERSION, "summary": _with(found.get("summary"), "waived", 0)}
    if isinstance(found.get("profiles"), dict):
        today["profiles"] = {name: _with(counts, "waived", 0) for name, counts in found["profiles"].items()}
    if isinstance(found.get("scenarios"), list):
        today["scenarios"] = [_with(scenario, "waiver", None) for scenario in found["scenarios"]]
    return today


def _with(found: Any, name: str, value: object) -> Any:
    return {name: value, **found} if isinstance(found, dict) else found


def _problem(found: Any, kind: str) -> str:
    """Return what is wrong, or nothing."""
    version = found.get("version") if isinstance(found, dict) else None
    if kind == "verdict" and version != VERSION:
        return (
            f"expected a verdict.json of version {VERSION}, got {one_line(repr(version))[:40]}; "
            "run `seatrial verify` again with this version of seatrial"
        )
    error = next(_validator(kind).iter_errors(found), None)
    if error is not None:
        where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
        return f"{one_line(where)[:200] or 'the document'}: {one_line(error.message)[:200]}"
    return _contradiction(found) if kind == "verdict" else ""


def _contradiction(run: dict[str, Any]) -> str:
    """Return what no schema can say: paths that lead out, times that are none, names and sums that do not fit."""
    names = Counter(scenario["nodeid"] for scenario in run["scenarios"])
    if twice := next((name for name, count in names.items() if count > 1), None):
        return f"{one_line(twice)[:200]}: there are two scenarios of this name"
    verdicts = Counter(scenario["verdict"] for scenario in run["scenarios"])
    sums = {name: count for name, count in run["summary"].items() if name != "planned" and count}
    if sums != dict(verdicts) or run["summary"]["planned"] != len(run["scenarios"]):
        return "summary: expected the sums of the verdicts of its scenarios"
    stamps = [run["began"], *(scenario["began"] for scenario in run["scenarios"] if scenario["began"])]
    if wrong := next((stamp for stamp in stamps if not _is_time(stamp)), None):
        return f"began: expected a time in UTC, got {one_line(wrong)[:40]}"
    for scenario in run["scenarios"]:
        for path in (scenario["file"], *filter(None, [scenario["evidence"]]), *scenario["files"]):
            if not is_inside(path):
                return f"{one_line(path)[:200]}: expected a relative path without .."
        tables = [look["table"] for step in scenario["steps"] for look in step["looks"] if look["table"]]
        if any(len(row) != len(table[0]) for table in tables for row in table):
            return f"{one_line(scenario['nodeid'])[:200]}: expected rows of one length in each table"
    return ""


def _is_time(stamp: str) -> bool:
    try:
        return time.strftime(_STAMP, time.strptime(stamp, _STAMP)) == stamp
    except ValueError:
        return False


@cache
def _validator(kind: str) -> Validator:
    name = "verdict" if kind == "verdict" else "artefact"
    schema = json.loads((resources.files("seatrial") / f"{name}.schema.json").read_text("utf-8"))
    own = schema if kind == "verdict" else {"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]}
    return Draft202012Validator(own)

"""Shards put together into the report that one run of all of it would have left."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial import contained
from seatrial.bounded import MEBI, file_in, read_bytes
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.report import artefact, document, features, history, places, sabotaged, writer
from seatrial.report.document import Document
from seatrial.report.grouping import Grouping
from seatrial.report.shards import Part
from seatrial.report.text import moment, stamp
from seatrial.scenarios.evidence import folder_name
from seatrial.scenarios.gate import Gate
from seatrial.scenarios.results import Results, told_steps
from seatrial.scenarios.verdict import Attested, Result, Verdict

_MOST_FILE = 256 * MEBI
_PROVISIONING = "evidence/provisioning"


@dataclass(frozen=True)
class Whole:
    """A run put together, before it is written.

    Attributes:
        parts: What it is put together from.
        run: Its document, but for what rests on earlier runs.
        results: The same, as a gate judges it.
    """

    parts: Sequence[Part]
    run: Document
    results: Sequence[Result]


def put_together(root: Path, parts: Sequence[Part], gate: Gate, groups: Grouping) -> Whole:
    """Return the run that *parts* are all of; what names a scenario is taken from the project at *root* itself.

    Raises:
        UsageError: If a part says of a scenario what the project does not: that it is there, or that it is waived.
    """
    told = {scenario["nodeid"]: scenario for part in parts for scenario in part.run["scenarios"]}
    for nodeid, scenario in told.items():
        if nodeid != f"{scenario['file']}::{scenario['scenario']}":
            raise UsageError(f"{one_line(nodeid)}: expected the id of a scenario, as pytest has it")
    planned = Results(root, gate)
    planned.plan(sorted(told, key=lambda nodeid: _place(told[nodeid])))
    results = [_judged(result, told[result.nodeid]) for result in planned.all()]
    run = _summed(parts) | {
        "summary": document.count(results),
        "profiles": {
            name: document.count(r for r in results if name in groups.profiles_of(r.file, r.tags))
            for name in groups.profiles
        },
        "features": features.describe(root, dict.fromkeys(result.file for result in results)),
        "scenarios": [_named(result, told[result.nodeid], groups) for result in results],
    }
    return Whole(parts, run, results)


def write(whole: Whole, root: Path, home: Path, words: Sequence[str]) -> Path:
    """Write every report of *whole* below *home*, as a run does; return the path of the living document.

    Raises:
        OSError: If a file cannot be read or written.
        UsageError: If a part names evidence that it has not, or that is no file of its own.
        StateError: If a folder is not ours.
    """
    run, folder = whole.run, home / whole.run["target"]
    kept = [one for part in whole.parts for one in _evidence(part)]
    places.clear(root, home, folder.name)
    for file, to in kept:
        contained.write(folder / to, read_bytes(file, _MOST_FILE))
    began, commit = moment(run["began"]), run["git"]["commit"] if run["git"] else ""
    series = history.carry(history.read(folder / "history.json"), whole.results, began, commit)
    scenarios = [
        scenario | {"since": document.since(result, series.get(result.nodeid))}
        for result, scenario in zip(whole.results, run["scenarios"], strict=True)
    ]
    sabotage = sabotaged.summed(folder)
    run = {**run, **({"sabotage": sabotage} if sabotage else {}), "scenarios": scenarios}
    places.put(folder / "history.json", history.text(series), root)
    if picture := _picture(whole.parts):
        places.put(folder / "picture.json", json.dumps(picture, indent=1) + "\n", root)
    writer.write_run(run, folder, root)
    page = writer.write_book(root, home, words)
    writer.write_manifest(root, home)
    writer.tell_job(folder)
    return page


def see_apart(parts: Sequence[Part], home: Path) -> None:
    """See that what is written goes into no shard's folder, nor around one.

    Raises:
        UsageError: If it would.
    """
    for part in parts:
        one, other = part.home.resolve(), home.resolve()
        if one.is_relative_to(other) or other.is_relative_to(one):
            raise UsageError(f"--report {home}: {part.home} is a shard's; name a folder apart from it")


def _place(scenario: Mapping[str, Any]) -> tuple[list[str], int, str]:
    """Return what scenarios are in order by, as they are collected."""
    return scenario["file"].split("/"), scenario["line"], scenario["nodeid"]


def _judged(result: Result, told: Mapping[str, Any]) -> Result:
    """Return what the specification has of a scenario, with what its shard says of it."""
    if not result.line or result.line != told["line"]:
        raise UsageError(
            f"{one_line(result.nodeid)}: no scenario at line {told['line']} of this project's is called so"
        )
    result.verdict, result.reason = Verdict(told["verdict"]), told["reason"]
    if result.verdict is Verdict.WAIVED and result.waiver is None:
        raise UsageError(f"{one_line(result.nodeid)}: its shard has it waived, and this project's gate waives it not")
    result.attestation = told["attestation"] and Attested(**told["attestation"])
    result.steps, result.seconds, result.ran = told_steps(told["steps"]), told["seconds"], told["ran"]
    return result


def _named(result: Result, told: Mapping[str, Any], groups: Grouping) -> dict[str, Any]:
    """Return what a shard says of a scenario, named and grouped as the project has it."""
    waiver = result.waiver and asdict(result.waiver)
    own = {key: getattr(result, key) for key in ("feature", "rule", "scenario", "tags", "concern")}
    grouped = {"profiles": groups.profiles_of(result.file, result.tags), "parts": groups.parts_of(result.file)}
    return {**told, **own, **grouped, "waiver": waiver}


def _summed(parts: Sequence[Part]) -> Document:
    """Return what a run says of itself: from the first beginning to the last end."""
    runs = [part.run for part in parts]
    began = min(moment(run["began"]) for run in runs)
    names = sorted({name for run in runs for name in run["components"]})
    rest = {key: value for key, value in runs[0].items() if key not in ("shard", "sabotage")}
    git = runs[0]["git"]
    return rest | {
        "team": ", ".join(sorted({run["team"] for run in runs})),
        "complete": all(run["shard"]["ended"] for run in runs),
        "began": stamp(began),
        "seconds": round(max(moment(run["began"]) + run["seconds"] for run in runs) - began, 1),
        "git": git and {**git, "dirty": any(run["git"]["dirty"] for run in runs)},
        "components": {
            name: ", ".join(sorted({run["components"][name] for run in runs if name in run["components"]}))
            for name in names
        },
    }


def _evidence(part: Part) -> Iterator[tuple[Path, str]]:
    """Return each file that a shard has kept, and where it lies in the folder of the whole."""
    for scenario in part.run["scenarios"]:
        own = f"evidence/{folder_name(scenario['file'], scenario['line'])}"
        if scenario["evidence"] not in ("", own):
            raise UsageError(f"{part.home}: {one_line(scenario['evidence'])}: expected {own}")
        for path in scenario["files"]:
            if not path.startswith(f"{own}/"):
                raise UsageError(f"{part.home}: {one_line(path)}: expected a file below {own}")
            if not (file := file_in(part.folder, path)).is_file():
                raise UsageError(f"{part.home}: {one_line(path)}: is not there; fetch the shard's report again")
            yield file, path
    for place, _, names in os.walk(part.folder / _PROVISIONING):  # which follows no link
        for name in sorted(names):
            path = (Path(place) / name).relative_to(part.folder).as_posix()
            yield file_in(part.folder, path), path.replace(_PROVISIONING, f"{_PROVISIONING}-{part.number}", 1)


def _picture(parts: Sequence[Part]) -> Any:
    """Return the platform as the first shard saw that has a picture of its own; nothing where none has."""
    for part in parts:
        if (part.folder / "picture.json").exists():
            return artefact.read_in(part.folder, "picture.json", "picture")
    return None

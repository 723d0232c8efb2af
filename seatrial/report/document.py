"""``verdict.json``: what a run found, as one document that every other report is made from."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from seatrial import __version__
from seatrial.errors import UsageError
from seatrial.report import artefact, sabotaged
from seatrial.report.about import About
from seatrial.report.grouping import Grouping
from seatrial.report.history import Series
from seatrial.report.text import stamp
from seatrial.scenarios.evidence import folder_name
from seatrial.scenarios.verdict import Result, Verdict

Document = dict[str, Any]


@dataclass
class Run:
    """One run, as far as it has come.

    Attributes:
        team: The platform's ``$TEAMID``.
        target: Where it is built.
        began: In seconds since the epoch.
        about: What it was made of.
        grouping: How the specification is grouped.
        features: What the feature files say of themselves, by file: see `seatrial.report.features`.
        complete: Whether it came to its end.
        shard: Which part of a run it is, as `seatrial.scenarios.sharding` has it; None for a whole one.
    """

    team: str
    target: str
    began: float
    about: About
    grouping: Grouping
    features: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    complete: bool = False
    shard: Mapping[str, Any] | None = None


def build(
    run: Run,
    results: Sequence[Result],
    series: Mapping[str, Series],
    folder: Path,
    known: Mapping[str, dict[str, Any]] | None = None,
) -> Document:
    """Build the document; its schema is ``seatrial/verdict.schema.json``.

    Args:
        run: The run.
        results: The result of every planned scenario.
        series: Since when each verdict holds, by node id.
        folder: The folder that the document is written into, where evidence may lie.
        known: What was built before of scenarios that have ended, by node id: that is not built anew.
    """
    had = known or {}
    scenarios = [
        had[result.nodeid] | {"since": since(result, series.get(result.nodeid))}
        if result.nodeid in had
        else _scenario(result, run.grouping, series.get(result.nodeid), folder)
        for result in results
    ]
    sabotage = sabotaged.summed(folder)
    return {
        "version": artefact.VERSION,
        "seatrial": __version__,
        "team": run.team,
        "target": run.target,
        "complete": run.complete and run.shard is None,  # who knows of no shards takes none for a whole run
        **({"shard": {**run.shard, "ended": run.complete}} if run.shard else {}),
        "began": stamp(run.began),
        "seconds": round(time.time() - run.began, 1),
        **run.about.plain(),
        "summary": count(results),
        "profiles": {
            name: count(r for r in results if name in run.grouping.profiles_of(r.file, r.tags))
            for name in run.grouping.profiles
        },
        **({"sabotage": sabotage} if sabotage else {}),
        "features": dict(run.features),
        "scenarios": scenarios,
    }


def since(result: Result, series: Series | None) -> dict[str, Any] | None:
    """Return since when a verdict holds."""
    holds = series is not None and series["verdict"] == result.verdict
    return {key: series[key] for key in ("since", "commit", "runs")} if series and holds else None


def count(results: Iterable[Result]) -> dict[str, int]:
    """Count the verdicts; ``planned`` is their sum."""
    verdicts = [result.verdict for result in results]
    return {"planned": len(verdicts)} | {str(v): verdicts.count(v) for v in Verdict}


def read(path: Path) -> Document:
    """Return what a ``verdict.json`` says, named itself or by its folder.

    Raises:
        UsageError: If it is not there, or is not one that this version understands, or is not as its schema has it.
    """
    file = path / "verdict.json" if path.is_dir() else path
    try:
        found: Document = artefact.read(file, "verdict")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; expected the verdict.json of a run, or its folder") from error
    return found


def _scenario(result: Result, grouping: Grouping, series: Series | None, folder: Path) -> dict[str, Any]:
    plain = asdict(result)
    del plain["asked"]  # which stands in looked.json, and in each look as far as it is shown
    for step in plain["steps"]:
        for look in step["looks"]:
            del look["objects"]
    for turn in plain["turns"]:
        if turn["look"]:
            del turn["look"]["objects"]
    kept = folder / "evidence" / folder_name(result.file, result.line)
    files = sorted(f.relative_to(folder).as_posix() for f in kept.rglob("*") if f.is_file()) if kept.is_dir() else []
    return plain | {
        "verdict": str(result.verdict),
        "fidelity": result.fidelity,
        "concern": result.concern,
        "profiles": grouping.profiles_of(result.file, result.tags),
        "parts": grouping.parts_of(result.file),
        "began": stamp(result.began) if result.began else "",
        "objects": sorted({name for step in result.steps for look in step.looks for name in look.objects}),
        "files": files,
        "since": since(result, series),
    }

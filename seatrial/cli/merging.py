"""``seatrial report --merge``: shards judged as the one run that they are parts of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import typer

from seatrial.cli.ending import DIFFERS
from seatrial.cli.linting import unused_words
from seatrial.errors import StateError, UsageError
from seatrial.report import about, console, grouping, merging, shards
from seatrial.report.gating import Gating
from seatrial.scenarios import gate
from seatrial.scenarios.verdict import Requirement


def merge(root: Path, homes: Sequence[Path], report: str, require: Requirement | None) -> int:
    """Put the shards in *homes* together into *report*, say what they come to, and return the exit code of a run.

    Raises:
        UsageError: If they are not all parts of one run of this project, or it cannot be written.
    """
    if not homes:
        raise UsageError("--merge: name the folder of each shard, as `verify --shard 1/4 --report DIR` has left it")
    home = Path(os.path.normpath(root / report))
    parts = shards.read(homes)
    shards.see_of_project(parts, about.look(root))
    merging.see_apart(parts, home)
    gating = Gating(gate.read(root)[0], grouping.read(root), require)
    whole = merging.put_together(root, parts, gating.gate, gating.grouping)
    try:
        page = merging.write(whole, root, home, unused_words(root))
    except (OSError, StateError) as error:
        raise UsageError(f"--report {report}: cannot be written to: {error}") from error
    results = list(whole.results)
    for line in (*console.waived(results), *console.lines(results, gating)):
        typer.echo(line)
    for part in parts:
        if not part.run["shard"]["ended"]:
            typer.echo(f"shard {part.number}/{len(parts)} did not come to its end")
    typer.echo(f"{len(parts)} shards; the report is in {os.path.relpath(page)}")
    return DIFFERS if gating.red(results) or not whole.run["complete"] else 0

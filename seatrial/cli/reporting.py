"""The commands about reports: the document, comparisons, what is not covered."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from seatrial import contained
from seatrial.cli import merging
from seatrial.cli.ending import DIFFERS, Ended
from seatrial.cli.linting import unused_words
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.report import artefact, coverage, diff, document, grouping, manifest, markdown, writer
from seatrial.report.text import on
from seatrial.scenarios.verdict import Requirement

Report = Annotated[str, typer.Option(help="The folder of the reports.")]
Output = Annotated[Path | None, typer.Option("--markdown", metavar="FILE", help="Write it as Markdown as well.")]


def report(
    report: Report = "report",
    output: Output = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Put shards together into one report first, and judge them as one run.")
    ] = False,
    shards: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]...", help="With --merge: the folder of each shard's reports.")
    ] = None,
    require: Annotated[Requirement | None, typer.Option(help="With --merge: anything weaker is a failure.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Make nothing: see that every file is as the last run has left it.")
    ] = False,
) -> None:
    """Make every report anew from the last run on each target: index.html, junit.xml, messages.ndjson, summary.md.

    Exit code of --check: 0 all is as the manifest says, 1 a file is changed, missing or one too many, 4 there is none.
    Of --merge: 0 and 1 as a whole run's, 4 the shards are not all of one run, or one is missing.
    """
    root, home = Path.cwd(), Path(report)
    if merge and (check or output):
        raise UsageError("--merge: goes without --check and --markdown; the summary is in <target>/summary.md")
    if merge:
        raise Ended(merging.merge(root, shards or [], report, require))
    if shards or require:
        raise UsageError("folders of shards and --require go with --merge; --report names the folder of the reports")
    if check:
        _see_unchanged(home)
        return
    runs = _runs(home)
    try:
        for folder, run in runs:
            writer.write_run(run, folder, root)
        file = writer.write_book(root, home, unused_words(root))
        writer.write_manifest(root, home)
        _put(output, "\n".join(markdown.of_run(run) for _, run in runs))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}") from error
    typer.echo(str(file))


def differences(
    old: Annotated[Path, typer.Argument(help="The verdict.json of the earlier run, or its folder.")],
    new: Annotated[Path, typer.Argument(help="That of the later one.")],
    output: Output = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what changed between two runs: regressed, disappeared, newly proven, new, moved, reworded.

    Exit code: 0 nothing is worse, 1 something regressed or disappeared (--json says which), 4 a run cannot be read.
    """
    earlier, later = _whole(old), _whole(new)
    found = diff.compare(earlier, later)
    text = markdown.of_diff(found, earlier, later)
    try:
        _put(output, text)
    except OSError as error:
        raise UsageError(f"cannot write {output}: {error.strerror}") from error
    typer.echo(json.dumps(found.plain(), indent=1) if as_json else "\n".join(found.lines()))
    raise Ended(DIFFERS if found.worse else 0)


def uncovered(report: Report = "report") -> None:
    """Say what the last runs left out: objects no scenario touched, parts without a scenario, words no step says."""
    root = Path.cwd()
    groups, words = grouping.read(root), unused_words(root)
    for folder, run in _runs(Path(report)):
        picture = folder / "picture.json"
        drawn = artefact.read(picture, "picture") if picture.exists() else None
        typer.echo(f"on {one_line(on(run))}")
        for told in coverage.lines(coverage.cover(run, drawn, groups, words)):
            typer.echo(f"  {told}")


def _put(output: Path | None, text: str) -> None:
    """Write what was asked for; in the folder of the project, which others fill, a link in its place is replaced.

    Raises:
        StateError: If a folder on the way is a link, or not ours.
        OSError: If it cannot be written.
    """
    if output is None:
        return
    here, file = Path.cwd(), Path(os.path.abspath(output))  # noqa: PTH100 - links are left as they are
    if file.is_relative_to(here):
        contained.write(file, text, below=here)
    else:  # such as /dev/stdout
        output.write_text(text, "utf-8", "replace")


def _whole(path: Path) -> document.Document:
    """Return a run that is all of one: what another shard has would have disappeared."""
    run = document.read(path)
    if shard := run.get("shard"):
        raise UsageError(
            f"{path}: is shard {shard['number']}/{shard['of']} of a run; `seatrial report --merge` puts all together"
        )
    return run


def _see_unchanged(home: Path) -> None:
    count, problems = manifest.check(home)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise Ended(DIFFERS)
    typer.echo(f"{count} files as the last run has left them")


def _runs(home: Path) -> list[tuple[Path, document.Document]]:
    if linked := next((f.parent for f in home.glob("*/verdict.json") if f.parent.is_symlink()), None):
        raise UsageError(f"{linked}: is a link; reports are made anew only in folders of their own")
    found = [(folder, document.read(folder)) for folder in sorted(file.parent for file in home.glob("*/verdict.json"))]
    if not found:
        raise UsageError(
            f"{home}: no run to report on; expected {home}/<target>/verdict.json, as `seatrial verify` writes"
        )
    return found

"""``seatrial rejudge``: judge a scenario again, of what was kept when it failed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from seatrial.adopted.kept import TARGET, TEAM
from seatrial.bounded import file_in
from seatrial.cli.ending import Ended
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.report import document
from seatrial.scenarios.verdict import HOLDS, Verdict

_SAID = {Verdict.NOT_PROVABLE: "cannot be judged of it", **dict.fromkeys(HOLDS, "holds on it")}


def rejudge(
    evidence: Annotated[Path, typer.Argument(help="The folder of a failure's evidence.")],
) -> None:
    """Judge a scenario again without a cluster, of the objects that were kept when it failed; writes no report.

    Its words are those of now. What only waiting, changing or another observer than the cluster could tell cannot be
    judged of a bundle, and says so; what is compared with the clock is compared with now.

    Exit code: 0 it holds on what was kept, or cannot be judged of it, 1 it fails, 4 it is no such folder.
    """
    before = _of(evidence)
    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        arguments = [
            "-q",
            *("-p", "no:cacheprovider", "-p", "no:xdist"),
            *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
            f"--rootdir={Path.cwd()}",
            f"--seatrial-evidence={evidence.absolute()}",
            f"--seatrial-target={TARGET}",
            f"--seatrial-team={TEAM}",
            f"--seatrial-report={folder}",
            _scenario(before),
        ]
        code = int(pytest.main(arguments))
        if not (Path(folder) / TARGET / "verdict.json").exists():
            raise Ended(code)
        (now,) = document.read(Path(folder) / TARGET)["scenarios"]
    said = _SAID.get(Verdict(now["verdict"]), now["verdict"])
    typer.echo(f"{one_line(before['nodeid'])}: was {before['verdict']}; of what was kept: {said}")
    raise Ended(code)


def _scenario(before: dict[str, Any]) -> str:
    """Return the id by which pytest finds the scenario in this project; whoever wrote the bundle may have put anything.

    Raises:
        UsageError: If it names no scenario of a feature here: an option, or a file whose code would be run.
    """
    nodeid: str = before["nodeid"]
    file, found, _ = nodeid.partition("::")
    if not (found and file.startswith("features/") and file.endswith(".feature")):
        raise UsageError(f"{one_line(nodeid)[:200]}: expected a scenario as in features/file.feature::its name")
    file_in(Path.cwd(), file)
    return nodeid


def _of(evidence: Path) -> dict[str, Any]:
    """Return what the run says of the scenario that a bundle is of.

    Raises:
        UsageError: If it is no bundle of a run.
    """
    folder = Path(os.path.abspath(evidence))  # noqa: PTH100 - links are left as they are, and refused where it is read
    run = document.read(folder.parents[1]) if len(folder.parents) > 1 else {"scenarios": []}
    found = next((s for s in run["scenarios"] if s["evidence"] == f"evidence/{folder.name}"), None)
    if found is None:
        raise UsageError(f"{evidence}: the run beside it has no scenario with this evidence")
    return dict(found)

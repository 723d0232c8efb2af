"""``seatrial verify``: pytest, over the features, with what it takes to judge a platform."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import pytest
import typer

from seatrial.cli.ending import NOTHING, Ended
from seatrial.cli.options import LEFT_OUT, ContextName, KubeconfigFile, Rehearse, Target, Team
from seatrial.contained import check_team
from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning import loading
from seatrial.provisioning.loading import check_target, load
from seatrial.provisioning.progress import Progress
from seatrial.scenarios.results import RESULTS
from seatrial.scenarios.verdict import Requirement
from seatrial.since.selecting import SINCE

FEATURES = "features"


def verify(
    context: typer.Context,
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    rehearse: Rehearse = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the platform up, even if this run stood it up.")] = False,
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only scenarios of this name, or with it in theirs, or of this @id:..."),
    ] = None,
    hold_on_failure: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Undo nothing at a failing step until Enter is pressed, or so long."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Only what the changes since this commit may concern; says why of each."),
    ] = None,
    times: Annotated[
        int,
        typer.Option(metavar="N", help="So many turns for each: what both holds and fails is unsteady."),
    ] = 1,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="The I-th of N parts, for N machines; `report --merge` judges them as one."),
    ] = None,
    require: Annotated[Requirement | None, typer.Option(help="Anything weaker is a failure.")] = None,
    patience: Annotated[float, typer.Option(help="Scales every time limit.")] = 1.0,
    report: Annotated[
        str, typer.Option(metavar="DIR", help="Where the reports go: index.html, and a folder for each target.")
    ] = "report",
    kubeconfig: KubeconfigFile = None,
    kube_context: ContextName = None,
) -> None:
    """Prove what was agreed. Further arguments go to pytest, as in: seatrial verify features/dns -k record -x -n 2.

    Paths below features and ids of scenarios select, and so do --scenario (a name), -k (words of names) and -m (tags);
    pytest --help lists the rest.
    """
    check_team(team)
    provisioning = load(Path.cwd())
    check_target(provisioning, target)
    if rehearse:
        loading.rehearse(provisioning, target)  # which says at once where it cannot be
    see_writable(report)
    given = {
        "since": since,
        "shard": shard,
        "require": require,
        "hold": hold_on_failure,
        "kubeconfig": kubeconfig,
        "context": kube_context,
    }
    arguments = [
        "-v",
        "-rfE",
        "-W",
        "ignore:Module already imported:pytest.PytestAssertRewriteWarning",  # this program has imported the plugin
        f"--rootdir={Path.cwd()}",
        f"--override-ini=testpaths={FEATURES}",  # what pytest runs where it is given no path, as it alone knows
        f"--seatrial-team={team}",
        f"--seatrial-target={target}",
        f"--seatrial-report={report}",
        f"--seatrial-patience={patience}",
        f"--seatrial-times={times}",
        *(f"--seatrial-{option}={value}" for option, value in given.items() if value is not None),
        *(f"--seatrial-scenario={name}" for name in scenario or ()),
        *(["--seatrial-keep"] if keep else []),
        *(["--seatrial-rehearse"] if rehearse else []),
        *context.args,
    ]
    run = _Run()
    code = int(pytest.main(arguments, plugins=[run]))
    if code == pytest.ExitCode.OK and not run.judged:
        Progress().line("seatrial: no scenario was judged", style="red")
        code = NOTHING
    raise Ended(code)


class _Run:
    """Sees what a run of pytest comes to."""

    def __init__(self) -> None:
        self._config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """See that there is something to judge, before anything is collected."""
        if not config.option.file_or_dir and not Path(FEATURES).is_dir():
            where = Path(FEATURES).absolute()
            raise pytest.UsageError(f"{where}: no such folder; write features there, or name a path")
        self._config = config

    @property
    def judged(self) -> bool:
        """Whether any scenario was judged, or nothing but help was asked for."""
        if self._config is None:
            return True
        if self._config.stash[SINCE].left_out:  # each of which held when it was last run
            return True
        return bool(self._config.stash[RESULTS].all()) or self._config.option.help or self._config.option.version


def see_writable(report: str) -> None:
    """See that the report can be written, before a platform is stood up for it."""
    folder = next(path for path in (Path(report).absolute(), *Path(report).absolute().parents) if path.exists())
    if not folder.is_dir():
        raise UsageError(f"--report {report}: {folder} is a file; move it away, or name another folder")
    if not os.access(folder, os.W_OK):
        raise SeatrialError(f"--report {report}: cannot write to {folder}; make it writable, or name another folder")

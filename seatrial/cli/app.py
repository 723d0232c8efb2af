"""The commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seatrial import __version__
from seatrial.cli import attesting, claiming, drifting, images, planning, rejudging, reporting, starting, wording
from seatrial.cli.ending import DIFFERS, Ended
from seatrial.cli.linting import lint_features
from seatrial.cli.options import LEFT_OUT, ContextName, KubeconfigFile, Rehearse, Target, Team, WithTargets, reached
from seatrial.cli.sabotaging import sabotage
from seatrial.cli.sweeping import sweep
from seatrial.cli.verifying import verify
from seatrial.contained import check_team
from seatrial.errors import UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.provisioning import loading, settings
from seatrial.provisioning.adopting import Adopts
from seatrial.provisioning.comparing import Pruned
from seatrial.provisioning.contract import Check, Provisioning, SupportsAgreement
from seatrial.provisioning.loading import check_target, load
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState, platforms
from seatrial.sabotage import declaration

app = typer.Typer(
    help="Stand up the specified platform, prove what was agreed about it, and take it down.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("claim")(claiming.claim)
app.command("release")(claiming.release)
app.command("attest")(attesting.attest)
app.command("init")(starting.init)
app.command("rejudge")(rejudging.rejudge)
app.command("report")(reporting.report)
app.command("diff")(reporting.differences)
app.command("coverage")(reporting.uncovered)
app.command("drift", cls=WithTargets)(drifting.drift)
app.command("words")(wording.words)
app.command(cls=WithTargets)(sweep)
app.add_typer(images.app, name="images")

_WIDE = 100
"""From how many columns on a table of four is easily read."""

_SELECTING = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(cls=WithTargets, context_settings=_SELECTING)(verify)
app.command(cls=WithTargets, context_settings=_SELECTING)(sabotage)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"seatrial {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


@app.command(cls=WithTargets)
def up(
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    rehearse: Rehearse = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what runs and nobody agreed on: all that `drift` says so of.")
    ] = False,
    with_delivery: Annotated[
        bool, typer.Option("--with-delivery", help="Have a server of pipelines beside it, from now on.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would be made, changed, removed, and what it costs; make nothing.")
    ] = False,
) -> None:
    """Stand the platform up, or resume where a former run failed. A second run changes nothing."""
    provisioning = _provisioning(team, target)
    pruning = provisioning if isinstance(provisioning, Pruned) else None
    if prune and pruning is None:
        raise UsageError("this project's provisioning cannot remove what nobody agreed on")
    if rehearse:
        loading.rehearse(provisioning, target)
    if with_delivery:
        loading.deliver(provisioning, target)
    if plan:
        planning.show(provisioning, team, target, prune=prune)
        return
    changed = provisioning.up(team, target, Progress())
    removed = pruning.prune(team, target) if prune and pruning else ()
    for thing in removed:
        Progress().line(terminal(f"removed {thing}"))
    Progress().line(f"{team} is up on {target}" + ("" if changed or removed else "; nothing had to be changed"))


@app.command()
def down(team: Team = LEFT_OUT) -> None:
    """Take the platform down; nothing of it is left."""
    check_team(team)
    if not PlatformState(Path.cwd(), team).exists():
        Progress().line(f"{team} is not up; nothing to take down")
        return
    provisioning = _provisioning(team)
    provisioning.down(team, Progress())
    if not isinstance(provisioning, Adopts):
        Progress().line(f"{team} is down; nothing of it is left")


@app.command()
def status(
    team: Team = LEFT_OUT,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    kubeconfig: KubeconfigFile = None,
    context: ContextName = None,
) -> None:
    """Name every endpoint, process and resource of the platform."""
    check_team(team)
    builds = not settings.read(Path.cwd()).adopts
    if builds and not PlatformState(Path.cwd(), team).exists():
        up_here = ", ".join(p.team for p in platforms(Path.cwd())) or "none"
        raise UsageError(f"{team} is not up; platforms here: {up_here}. `seatrial up` stands one up")
    found = reached(_provisioning(team), kubeconfig, context).status(team)
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    table = Table(show_header=False, box=None)
    for key, value in found.items():
        table.add_row(_cell(key), _cell(value if isinstance(value, str) else json.dumps(value)))
    Console().print(table)


@app.command()
def kubeconfig(team: Team = LEFT_OUT) -> None:
    """Print the path of the platform's kubeconfig: export KUBECONFIG=$(seatrial kubeconfig)."""
    check_team(team)
    if settings.read(Path.cwd()).adopts and isinstance(found := _provisioning(team), Adopts):
        typer.echo(found.kubeconfig())
        return
    path = PlatformState(Path.cwd(), team).dir / "kubeconfig"
    if not path.exists():
        raise UsageError(f"{team} is not up, so it has no kubeconfig; `seatrial up` stands it up")
    typer.echo(str(path))


@app.command(cls=WithTargets)
def doctor(target: Target = LEFT_OUT, kubeconfig: KubeconfigFile = None, context: ContextName = None) -> None:
    """Say what the target needs of this machine, what is there, and how the rest would be had."""
    provisioning = reached(load(Path.cwd()), kubeconfig, context)
    check_target(provisioning, target)
    checks = provisioning.doctor(target)
    console = Console()
    console.print(_listed(checks) if console.width < _WIDE else _table(checks))
    if not all(check.fine for check in checks):
        raise Ended(DIFFERS)


@app.command()
def lint() -> None:
    """Check features, words, breaks, manifests and platform.yaml, without a platform."""
    root = Path.cwd()
    provisioning = load(root)
    agreed = provisioning.agreed() if isinstance(provisioning, SupportsAgreement) else {}
    problems = [*provisioning.lint(), *lint_features(root, agreed, declaration.load(root))]
    for problem in problems:
        typer.echo(terminal(MASK.text(str(problem))))
    if problems:
        typer.echo(f"{len(problems)} problem{'s' * (len(problems) > 1)}")
        raise Ended(DIFFERS)
    adopts = isinstance(provisioning, Adopts)
    parts = "features and words" if adopts else "features, words, breaks, manifests and platform.yaml"
    typer.echo(f"{parts} are in order")


def _table(checks: Sequence[Check]) -> Table:
    table = Table(box=None)
    for heading in ("", "what", "state", "detail"):
        table.add_column(heading, overflow="fold")
    for check in checks:
        table.add_row(_sign(check), *map(_cell, (check.name, check.state, check.remedy or check.detail)))
    return table


def _listed(checks: Sequence[Check]) -> Group:
    """Return what a table shows for a terminal too narrow for one: the detail of each beneath it."""
    lines: list[RenderableType] = []
    for check in checks:
        lines.append(Text.assemble(_sign(check), " ", _cell(check.name), "  ", _cell(check.state), overflow="fold"))
        if detail := check.remedy or check.detail:
            shown = _cell(detail)
            shown.overflow = "fold"
            lines.append(Padding(shown, (0, 0, 0, 4)))
    return Group(*lines)


def _sign(check: Check) -> str:
    return "✓" if check.fine else "✗"


def _cell(text: str) -> Text:
    """Return what a table shows of *text*: no markup of it, no escape, no secret."""
    return Text(terminal(MASK.text(text)))


def _provisioning(team: str, target: str | None = None) -> Provisioning:
    check_team(team)
    provisioning = load(Path.cwd())
    if target is not None:
        check_target(provisioning, target)
    return provisioning

"""``seatrial sweep``: what a crash has left here, and with ``--expired`` what is over in an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from seatrial.cli.confirming import confirmed
from seatrial.cli.ending import DIFFERS, Ended
from seatrial.cli.options import LEFT_OUT, Rehearse, Target, Team
from seatrial.contained import check_team
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import one_line, terminal
from seatrial.masking import MASK
from seatrial.provisioning import loading
from seatrial.provisioning.loading import check_target, load
from seatrial.provisioning.overdue import FindsOverdue, Leftover, Overdue
from seatrial.provisioning.progress import Progress


def sweep(
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    rehearse: Rehearse = False,
    expired: Annotated[
        bool, typer.Option("--expired", help="Of whatever team of this project, in the account that --target uses.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --expired: remove what was found without asking.")] = False,
) -> None:
    """Remove every platform of this project that no live command is at work on, whatever a crash has left of it.

    With --expired, remove instead what is over in the account: it is shown first, and removed once that is confirmed.
    """
    provisioning = load(Path.cwd())
    if not expired:
        if rehearse or yes:
            raise UsageError("--rehearse, --yes: expected --expired beside them")
        _told(provisioning.sweep(Progress()))
        return
    check_team(team)
    check_target(provisioning, target)
    if rehearse:
        loading.rehearse(provisioning, target)
    if not isinstance(provisioning, FindsOverdue):
        raise UsageError("--expired: nothing that this project's provisioning makes is ever over")
    found = provisioning.overdue(team, target)
    _shown(found)
    if found.leftovers:
        _confirm(found, yes=yes)
        _told(_removed(provisioning, team, target, found))


def _removed(provisioning: FindsOverdue, team: str, target: str, found: Overdue) -> list[str]:
    """Remove what is over; what cannot be removed keeps nothing else from it.

    Raises:
        SeatrialError: If something cannot be removed.
    """
    removed: list[str] = []
    trouble: list[str] = []
    for leftover in found.leftovers:
        try:
            with Progress().step(f"remove {leftover.team}"):
                removed += provisioning.remove_overdue(team, target, leftover, Progress())
        except SeatrialError as error:
            trouble.append(str(error))
    if trouble:
        raise SeatrialError("\n".join([*(f"removed {line}" for line in removed), *trouble]))
    return removed


def _confirm(found: Overdue, *, yes: bool) -> None:
    """See that it is to be removed.

    Raises:
        UsageError: If nobody can be asked.
        Ended: If it is not.
    """
    count = len(found.leftovers)
    question = f"Remove {'these' if count > 1 else 'this'} {count} platform{'s' * (count > 1)}?"
    unasked = "nothing is removed: nobody can be asked here; look at what was found, and say --yes"
    if not confirmed(question, yes=yes, unasked=unasked):
        typer.echo("nothing was removed")
        raise Ended(DIFFERS)


def _shown(found: Overdue) -> None:
    typer.echo(terminal(MASK.text(found.where)))
    if found.leftovers:
        table = Table(box=None)
        for heading in ("team", "what", "over since"):
            table.add_column(heading, overflow="fold")
        for leftover in found.leftovers:
            for row in _rows(leftover):
                table.add_row(*(Text(one_line(MASK.text(cell))) for cell in row))
        Console().print(table)
    for reason in found.alone:
        typer.echo(one_line(MASK.text(f"left alone: {reason}")))
    if found.current:
        typer.echo(one_line(f"not over: {', '.join(found.current)}"))
    if not found.leftovers:
        typer.echo("nothing is over")


def _rows(leftover: Leftover) -> list[tuple[str, str, str]]:
    first, *others = leftover.things or ["nothing"]
    return [(leftover.team, first, leftover.since), *(("", thing, "") for thing in others)]


def _told(removed: list[str]) -> None:
    for one in removed:
        typer.echo(f"removed {one_line(one)}")
    typer.echo(f"{len(removed)} removed" if removed else "nothing to sweep")

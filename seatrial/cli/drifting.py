"""``seatrial drift``: where what runs is not what was agreed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.ending import Ended
from seatrial.cli.options import LEFT_OUT, Target, Team
from seatrial.contained import check_team
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.provisioning.comparing import Compared, Difference, Pruned
from seatrial.provisioning.loading import check_target, load

DRIFTED = 2
"""The exit code where something differs, as infrastructure tools have it; 3 is trouble, 0 is none."""
_EVERY = 10.0  # seconds between two looks of a watch

Look = Callable[[], Sequence[Difference]]


def drift(
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: with --watch, a line for each change.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again and again, and say what comes (+) and goes (-); Ctrl-C ends it.")
    ] = False,
) -> None:
    """Name everything that runs and is not as agreed: 0 nothing, 2 drift, 3 trouble. Changes nothing."""
    check_team(team)
    provisioning = load(Path.cwd())
    check_target(provisioning, target)
    if not isinstance(provisioning, Compared):
        raise UsageError("this project's provisioning cannot hold what runs against what was agreed")
    if not provisioning.is_up(team, target):
        raise UsageError(f"{team} is not up on {target}; `seatrial up` stands it up")

    def look() -> Sequence[Difference]:
        return provisioning.differences(team, target)

    found = _watched(look, as_json) if watch else _shown(look(), as_json)
    if isinstance(provisioning, Pruned) and any(not one.field and one.wanted is None for one in found) and not as_json:
        typer.echo("`seatrial up` puts fields back; `seatrial up --prune` also removes objects that nobody agreed on")
    if found:
        raise Ended(DRIFTED)


def _shown(found: Sequence[Difference], as_json: bool) -> Sequence[Difference]:
    if as_json:
        typer.echo(MASK.text(json.dumps([asdict(one) for one in found], indent=1, default=str)))
    else:
        for one in found:
            typer.echo(terminal(MASK.text(str(one))))
        typer.echo(_sum(found))
    return found


def _watched(look: Look, as_json: bool) -> Sequence[Difference]:
    """Say what comes and goes until somebody ends it; return what there is then. Trouble is said, and looked past."""
    found: Sequence[Difference] = ()
    first, trouble = True, ""
    try:
        while True:
            try:
                now, trouble = look(), ""
            except SeatrialError as error:
                if str(error) != trouble:
                    typer.echo(terminal(MASK.text(f"seatrial: {error}")), err=True)
                trouble = str(error)
            else:
                _told(found, now, as_json)
                if (first or bool(found) != bool(now)) and not as_json:
                    typer.echo(_sum(now))
                found, first = now, False
            time.sleep(_EVERY)
    except KeyboardInterrupt:
        if trouble:
            raise SeatrialError(f"the last look failed: {trouble}") from None
        return found


def _told(before: Sequence[Difference], now: Sequence[Difference], as_json: bool) -> None:
    at = time.strftime("%H:%M:%S")
    changes = [("+", one) for one in now if one not in before] + [("-", one) for one in before if one not in now]
    for sign, one in changes:
        line = json.dumps({"change": sign, **asdict(one)}, default=str) if as_json else f"{at} {sign} {one}"
        typer.echo(MASK.text(line) if as_json else terminal(MASK.text(line)))


def _sum(found: Sequence[Difference]) -> str:
    return f"{len(found)} difference{'s' * (len(found) > 1)}" if found else "nothing differs"

"""``seatrial drift``: where what runs is not what was agreed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.ending import Ended
from seatrial.cli.options import LEFT_OUT, Target, Team
from seatrial.contained import check_team
from seatrial.errors import UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.provisioning.contract import Compared
from seatrial.provisioning.loading import check_target, load

DRIFTED = 2
"""The exit code where something differs, as infrastructure tools have it; 3 is trouble, 0 is none."""


def drift(
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Name everything that runs and is not as agreed: 0 nothing, 2 drift, 3 trouble. Changes nothing."""
    check_team(team)
    provisioning = load(Path.cwd())
    check_target(provisioning, target)
    if not isinstance(provisioning, Compared):
        raise UsageError("this project's provisioning cannot hold what runs against what was agreed")
    if not provisioning.is_up(team, target):
        raise UsageError(f"{team} is not up on {target}; `seatrial up` stands it up")
    found = provisioning.differences(team, target)
    if as_json:
        typer.echo(MASK.text(json.dumps([asdict(one) for one in found], indent=1, default=str)))
    else:
        for one in found:
            typer.echo(terminal(MASK.text(str(one))))
        typer.echo(f"{len(found)} difference{'s' * (len(found) > 1)}" if found else "nothing differs")
    if found:
        raise Ended(DRIFTED)

"""The options that several commands have, and what they mean where they are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from seatrial.errors import SeatrialError
from seatrial.provisioning import settings
from seatrial.provisioning.loading import load


def _team(given: str | None) -> str:
    return settings.team(Path.cwd(), given)


def _target(given: str | None) -> str:
    return settings.target(Path.cwd(), given)


_FIRST = "else [tool.seatrial]'s, else"

LEFT_OUT: Any = None
"""The default of both: what is meant then is said by their callbacks, so that commands always get a text."""

Team = Annotated[
    str,
    typer.Option(
        callback=_team,
        show_default=f"${settings.TEAM_VARIABLE}, {_FIRST} {settings.TEAM}",
        help="Names the platform and everything that it makes.",
    ),
]
Target = Annotated[
    str,
    typer.Option(
        callback=_target,
        show_default=f"${settings.TARGET_VARIABLE}, {_FIRST} {settings.TARGET}",
        help="Where the platform is built",
    ),
]


Rehearse = Annotated[
    bool,
    typer.Option("--rehearse", help="Play the target's cloud on this machine: nothing is asked of the real one."),
]


class WithTargets(TyperCommand):
    """A command whose help names the targets that the project here has."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, with the targets that there are."""
        for parameter in self.params:
            if parameter.name == "target" and hasattr(parameter, "help"):
                parameter.help = f"Where the platform is built: {_targets()}."
        return super().get_help(ctx)


def _targets() -> str:
    try:
        return ", ".join(load(Path.cwd()).targets())
    except SeatrialError:
        return "one of the project's targets"

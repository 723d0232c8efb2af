"""The options that several commands have, and what they mean where they are left out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning import settings
from seatrial.provisioning.adopting import Adopts
from seatrial.provisioning.contract import KubeContext, Provisioning
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


KubeconfigFile = Annotated[
    str | None,
    typer.Option("--kubeconfig", metavar="FILE", help="Reach a cluster that stands already by this file."),
]
ContextName = Annotated[
    str | None,
    typer.Option("--context", metavar="NAME", help="The context in it ($KUBECONFIG unless --kubeconfig is given)."),
]


def reached(provisioning: Provisioning, kubeconfig: str | None, context: str | None) -> Provisioning:
    """Return *provisioning* with the way to its cluster that the options say, if any.

    Raises:
        UsageError: If it builds its platform itself, and so knows the way.
    """
    if kubeconfig or context:
        if not isinstance(provisioning, Adopts):
            raise UsageError(
                "--kubeconfig, --context: this project's provisioning knows the way to its platform; only `verify` "
                "takes another one"
            )
        provisioning.through(KubeContext(Path(kubeconfig) if kubeconfig else None, context))
    return provisioning


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

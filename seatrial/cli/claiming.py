"""``seatrial claim`` and ``release``: namespaces of a cluster that stands already, given to scenarios and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.confirming import confirmed
from seatrial.cli.ending import USAGE, Ended
from seatrial.cli.options import LEFT_OUT, ContextName, KubeconfigFile, Team, reached
from seatrial.contained import check_team
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.masking import MASK
from seatrial.provisioning.adopting import Claims
from seatrial.provisioning.loading import load

Yes = Annotated[bool, typer.Option("--yes", help="It was shown, and is meant: do not ask.")]


def claim(
    namespaces: Annotated[list[str], typer.Argument(metavar="NAMESPACE...", help="The namespaces.")],
    team: Team = LEFT_OUT,
    kubeconfig: KubeconfigFile = None,
    context: ContextName = None,
    yes: Yes = False,
) -> None:
    """Let scenarios change what is in these namespaces of a cluster that stands already; `release` gives them back.

    Each is marked by an annotation. Whatever else of the cluster a scenario would change is refused as before.
    """
    provisioning = _claims(team, kubeconfig, context)
    where, names = provisioning.claiming(team), _listed(namespaces)
    _say(f"{where}: scenarios may change and remove whatever is in {names}; each change is journalled and undone")
    _say("each of these namespaces gets an annotation, seatrial/claim; `seatrial release` takes it away")
    _confirm(yes)
    provisioning.claim(team, namespaces)
    _say(f"claimed {names}")


def release(
    team: Team = LEFT_OUT, kubeconfig: KubeconfigFile = None, context: ContextName = None, yes: Yes = False
) -> None:
    """Give back what `claim` has claimed: what scenarios have left is undone, and the marks are taken away."""
    provisioning = _claims(team, kubeconfig, context)
    where, claimed = provisioning.claiming(team), provisioning.claimed(team)
    if claimed:
        _say(f"{where}: what is outstanding in {_listed(claimed)} is undone, and nothing may be changed any more")
        _confirm(yes)
    for fault in provisioning.release(team):
        _say(f"undone: {fault}")
    _say(f"released {_listed(claimed)}")


def _claims(team: str, kubeconfig: str | None, context: str | None) -> Claims:
    check_team(team)
    provisioning = reached(load(Path.cwd()), kubeconfig, context)
    if not isinstance(provisioning, Claims):
        raise UsageError("this project's provisioning builds its platform itself; nothing of it needs to be claimed")
    return provisioning


def _confirm(yes: bool) -> None:
    if not confirmed("Go on?", yes=yes, unasked="nothing was done: say --yes, or answer on a terminal"):
        _say("nothing was done")
        raise Ended(USAGE)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _say(text: str) -> None:
    typer.echo(one_line(MASK.text(text)))

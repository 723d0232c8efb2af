"""``seatrial sabotage``: whether scenarios notice what is broken behind their backs."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.ending import BROKE, DIFFERS, NOTHING, Ended
from seatrial.cli.options import LEFT_OUT, Target, Team
from seatrial.cli.verifying import see_writable
from seatrial.contained import check_team
from seatrial.errors import UsageError
from seatrial.provisioning.adopting import ONLY, Adopts
from seatrial.provisioning.loading import check_target, load
from seatrial.provisioning.progress import Progress
from seatrial.report import about
from seatrial.sabotage import declaration, selection
from seatrial.sabotage.declaration import Sabotage, Sabotages
from seatrial.sabotage.keeping import Keeper
from seatrial.sabotage.running import Saboteur
from seatrial.sabotage.score import Score
from seatrial.scenarios.presence import Role
from seatrial.scenarios.session import Trial


def sabotage(
    context: typer.Context,
    team: Team = LEFT_OUT,
    target: Target = LEFT_OUT,
    random: Annotated[
        int, typer.Option("--random", min=0, metavar="N", help="Make N breaks at random, instead of those declared.")
    ] = 0,
    seed: Annotated[int | None, typer.Option(help="What decides on the random ones; a new one unless given.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the platform up, even if this run stood it up.")] = False,
    report: Annotated[
        str, typer.Option(metavar="DIR", help="Where the reports are; sabotage.json goes beside verdict.json.")
    ] = "report",
) -> None:
    """Break the platform behind the scenarios' backs: each must fail, name the break, and hold again afterwards.

    Further arguments select scenarios, as of verify: seatrial sabotage features/dns -k record.

    Exit code: 0 every break was noticed and its scenario holds again, 1 one was not, 3 something broke, 4 a slip.
    """
    root = Path.cwd()
    check_team(team)
    provisioning = load(root)
    check_target(provisioning, target)
    if isinstance(provisioning, Adopts):
        raise UsageError(f"nothing can be broken here: {ONLY}")
    see_writable(report)
    declared = declaration.load(root)
    if declared is None:
        raise UsageError(f'{root / "pyproject.toml"}: [tool.seatrial] needs sabotages = "package.module:SABOTAGES"')
    progress = Progress()
    chosen = selection.scenarios(root, context.args)
    if random:
        seed = secrets.randbelow(10**6) if seed is None else seed
        progress.line(f"seed: {seed}")
    breaks = _breaks(declared, target, chosen, random, seed or 0)
    score = Score(team, target, about.look(root), _unchallenged(declared, chosen), seed=seed if random else None)
    anybody = selection.looking(root, context.args) if random else []
    if not breaks or (random and not anybody):
        progress.line(f"seatrial: nothing to break on {target} for the selected scenarios", style="red")
        raise Ended(NOTHING)
    keeper = Keeper(root, Path(report), score)
    _run(Trial(root, team, target, role=Role.SABOTEUR), breaks, keeper, anybody, keep=keep)
    for line in score.lines():
        progress.line(line)
    raise Ended(_code(score))


def _breaks(declared: Sabotages, target: str, chosen: Collection[str], random: int, seed: int) -> list[Sabotage]:
    if not random:
        return [one for one in declared.on(target) if one.scenario in chosen]
    anywhere = not declared.at_random.targets or target in declared.at_random.targets
    return list(declared.random(random, seed)) if declared.chances and anywhere else []


def _run(trial: Trial, breaks: list[Sabotage], keeper: Keeper, anybody: Sequence[str], *, keep: bool) -> None:
    progress = Progress()
    try:
        trial.stand_up(progress)
        Saboteur(trial.root, trial.platform, progress, anybody=anybody).run(breaks, keeper.keep)
        keeper.finish()
    finally:
        trial.take_down(progress, keep=keep)


def _unchallenged(declared: Sabotages, chosen: dict[str, str]) -> dict[str, str]:
    return {scenario: why for scenario, why in declared.unchallenged.items() if scenario in chosen.values()}


def _code(score: Score) -> int:
    if any(finding.trouble for finding in score.findings):
        return BROKE
    return 0 if all(finding.fine for finding in score.findings) else DIFFERS

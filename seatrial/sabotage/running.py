"""Breaks the platform round by round: scenarios are judged, breaks undone, and the scenarios have to hold again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from seatrial.provisioning.contract import Platform
from seatrial.provisioning.progress import Progress
from seatrial.sabotage.chance import AtRandom
from seatrial.sabotage.declaration import Break, Round, Sabotage
from seatrial.sabotage.finding import Finding
from seatrial.sabotage.site import Site, until
from seatrial.sabotage.witness import Judged, judge

_Judge = Callable[..., Judged]


class Saboteur:
    """Breaks one platform.

    Args:
        root: The project's root.
        platform: The platform; it is this harness's own, and nobody else judges it meanwhile.
        progress: Says what is done.
        witness: Has scenarios judged; as `judge` does.
        anybody: The scenarios of which any may notice what is broken at random.
    """

    def __init__(
        self,
        root: Path,
        platform: Platform[Any, Any],
        progress: Progress,
        witness: _Judge = judge,
        anybody: Sequence[str] = (),
    ) -> None:
        self._root, self._platform, self._progress = root, platform, progress
        self._witness, self._anybody = witness, anybody
        self._site = Site(platform)

    def run(self, sabotages: Sequence[Sabotage], known: Callable[[Sequence[Finding]], None]) -> list[Finding]:
        """Make every break, round by round, and say what became of each.

        Args:
            sabotages: The breaks.
            known: Is told what is known after every round.

        Raises:
            UndoError: If a break cannot be undone; what was not made before that stays unmade.
        """
        findings = [Finding(sabotage) for sabotage in sabotages]
        for round_ in dict.fromkeys(sabotage.round for sabotage in sabotages):
            of_round = [finding for finding in findings if finding.sabotage.round == round_]
            with self._progress.step(f"{round_.name}: {_count(len(of_round), 'break')}"):
                self._round(round_, of_round)
            known(findings)
        if findings:
            with self._progress.step("nothing is broken any more"):
                self._hold_again(findings)
        known(findings)
        return findings

    def _round(self, round_: Round, findings: list[Finding]) -> None:
        until(f"the platform is whole before {round_.name}", self._whole)
        with self._broken(round_, findings) as names:
            made = [finding for finding in findings if not finding.trouble]
            if made:
                judged = self._judge(self._asked(made), round_.patience, round_.at_once)
                for finding in made:
                    finding.judge(judged.scenarios, names[finding.sabotage.break_], judged.said)

    def _whole(self) -> bool:
        return not (self._site.actuators.unwhole() or self._site.actuators.behind())

    def _asked(self, findings: Sequence[Finding]) -> Sequence[str]:
        """Return the scenarios that have to notice, or all that may."""
        own = [finding.sabotage.scenario for finding in findings]
        return [*own, *self._anybody] if any(finding.sabotage.by_anybody for finding in findings) else own

    @contextmanager
    def _broken(self, round_: Round, findings: list[Finding]) -> Iterator[dict[Break, Sequence[str]]]:
        """Have a round's breaks made while this is entered; what cannot be made is a trouble of its own finding."""
        names: dict[Break, Sequence[str]] = {}
        troubles: dict[Break, str] = {}
        try:
            for fault in round_.first:
                self._site.inject(fault)
            for finding in findings:
                made = finding.sabotage.break_
                if made not in names and made not in troubles:
                    try:
                        names[made] = made(self._site)
                        if isinstance(made, AtRandom):
                            finding.sabotage = replace(finding.sabotage, name=f"{finding.sabotage.name}: {made.what}")
                    except Exception as error:  # noqa: BLE001 - whatever it is, the others are made all the same
                        troubles[made] = f"could not be broken: {type(error).__name__}: {error}"
                finding.trouble = troubles.get(made, "")
            yield names
        finally:
            self._site.undo()

    def _hold_again(self, findings: Sequence[Finding]) -> None:
        until("the platform is whole again", self._whole)
        at_once = max(finding.sabotage.round.at_once for finding in findings)
        judged = self._judge([finding.sabotage.scenario for finding in findings], 1.0, at_once)
        for finding in findings:
            entry = judged.scenarios.get(finding.sabotage.scenario)
            finding.again = "no verdict" if entry is None else str(entry["verdict"])
            finding.said_again = "" if entry is None else str(entry["reason"])

    def _judge(self, scenarios: Sequence[str], patience: float, at_once: int) -> Judged:
        platform = self._platform
        return self._witness(self._root, platform.team, platform.target, scenarios, patience=patience, at_once=at_once)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"

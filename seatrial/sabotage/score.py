"""The score of a sabotage: how much of what was broken was noticed, by concern, and what was not."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.report import about
from seatrial.report.text import stamp
from seatrial.sabotage.finding import Finding

VERSION = 1


@dataclass
class Score:
    """What a sabotage has found, as far as it has come.

    Attributes:
        team: The platform's ``$TEAMID``.
        target: Where it is built.
        about: What it was made of.
        unchallenged: Why scenarios of the selection have no break, by their ids.
        findings: What became of each break.
        began: In seconds since the epoch.
        complete: Whether it came to its end.
        seed: What decided on breaks at random; nothing where those were made that are declared.
    """

    team: str
    target: str
    about: about.About
    unchallenged: Mapping[str, str]
    findings: Sequence[Finding] = ()
    began: float = field(default_factory=time.time)
    complete: bool = False
    seed: int | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as it stands in ``sabotage.json``; its schema is in ``seatrial/artefact.schema.json``."""
        return {
            "version": VERSION,
            "team": self.team,
            "target": self.target,
            "complete": self.complete,
            "began": stamp(self.began),
            "seconds": round(time.time() - self.began, 1),
            "git": self.about.plain()["git"],
            "seed": self.seed,
            "summary": _count(self.findings),
            "concerns": {
                concern: _count([f for f in self.findings if _concern(f) == concern])
                for concern in sorted(set(map(_concern, self.findings)))
            },
            "breaks": [_break(finding) for finding in self.findings],
            "unchallenged": dict(sorted(self.unchallenged.items())),
        }

    def lines(self) -> list[str]:
        """Say it for a person: each miss, then the sums by concern, then the sum."""
        plain = self.plain()
        told = [f"  {finding}" for finding in self.findings if not finding.fine]
        for concern, sums in plain["concerns"].items():
            told.append(f"{sums['noticed']:4} of {sums['breaks']:3} noticed: {concern}")
        sums = plain["summary"]
        without = f"; {len(self.unchallenged)} scenarios say why they have no break" if self.unchallenged else ""
        told.append(
            f"{sums['breaks']} breaks = {sums['noticed']} noticed + {sums['unnoticed']} unnoticed "
            f"+ {sums['not made']} not made + {sums['not provable']} not provable here; "
            f"{sums['held again']} hold again{without}"
        )
        return told


def _count(findings: Sequence[Finding]) -> dict[str, int]:
    lacking = sum(finding.lacking for finding in findings)
    made = [finding for finding in findings if not finding.trouble and not finding.lacking]
    noticed = sum(finding.noticed for finding in made)
    return {
        "breaks": len(findings),
        "noticed": noticed,
        "unnoticed": len(made) - noticed,
        "not made": len(findings) - len(made) - lacking,
        "not provable": lacking,
        "held again": sum(finding.holds for finding in made),
    }


def _concern(finding: Finding) -> str:
    """Return the folder of the feature that has to notice."""
    parts = finding.sabotage.scenario.partition("::")[0].split("/")
    return parts[-2] if len(parts) > 1 else ""


def _break(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.sabotage.name,
        "round": finding.sabotage.round.name,
        "scenario": finding.sabotage.scenario,
        "concern": _concern(finding),
        "noticed": finding.noticed,
        "verdict": finding.verdict,
        "again": finding.again,
        "missing": finding.missing,
        "trouble": finding.trouble,
        "reason": finding.reason,
    }

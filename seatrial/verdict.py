"""The verdict of a scenario on a target, and the sum of a run."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from seatrial.observing import Fidelity


class Verdict(enum.StrEnum):
    """What a run says of a scenario; the order is that of the summary."""

    PROVEN = "proven"
    SIMULATED = "simulated"
    NOT_PROVABLE = "not provable"
    FAILED = "failed"
    ERROR = "error"
    UNDEFINED = "undefined"


def of_passed(weakest: Fidelity) -> Verdict:
    """Give the verdict of a scenario that passed and touched nothing weaker than *weakest*."""
    return Verdict.PROVEN if weakest is Fidelity.REAL else Verdict.SIMULATED


class Requirement(enum.StrEnum):
    """What ``--require`` asks of every scenario."""

    PROVEN = "proven"
    SIMULATED = "simulated"

    def met_by(self, verdict: Verdict) -> bool:
        """Say whether *verdict* is good enough."""
        enough = {Verdict.PROVEN} if self is Requirement.PROVEN else {Verdict.PROVEN, Verdict.SIMULATED}
        return verdict in enough


@dataclass
class StepTaken:
    """One step as it was taken: its line in the feature, its text, how it ended, and the seconds it took."""

    line: int
    keyword: str
    text: str
    outcome: str
    seconds: float


@dataclass
class Result:
    """The verdict of one scenario, with all that a report says of it.

    Attributes:
        nodeid: Names the scenario, as pytest does: ``features/dns/records.feature::Every service has a record``.
        verdict: The verdict.
        feature: The feature's name.
        rule: The rule's name, or nothing.
        scenario: The scenario's name.
        file: The feature file, relative to the project's root.
        line: The scenario's line in it.
        reason: Why it is not proven: the message of a failure, or what the target lacks.
        touched: Each observer that its steps touched, with its fidelity.
        steps: The steps that were taken.
        seconds: How long it took.
        evidence: The folder with what was kept at the failing step, or nothing.
    """

    nodeid: str
    verdict: Verdict
    feature: str = ""
    rule: str = ""
    scenario: str = ""
    file: str = ""
    line: int = 0
    reason: str = ""
    touched: dict[str, str] = field(default_factory=dict)
    steps: list[StepTaken] = field(default_factory=list)
    seconds: float = 0.0
    evidence: str = ""


def summary(results: Iterable[Result]) -> str:
    """Write the sum of a run: every planned scenario is counted once."""
    counts = Counter(result.verdict for result in results)
    parts = " + ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
    return f"{counts.total()} planned = {parts}"

"""The verdict of a scenario on a target, and the sum of a run."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from seatrial.checks.looks import Look
from seatrial.checks.observer import Fidelity


class Verdict(enum.StrEnum):
    """What a run says of a scenario; the order is that of the summary."""

    PROVEN = "proven"
    SIMULATED = "simulated"
    ATTESTED = "attested"
    NOT_PROVABLE = "not provable"
    WAIVED = "waived"
    UNSTEADY = "unsteady"
    FAILED = "failed"
    ERROR = "error"
    UNDEFINED = "undefined"


HOLDS = (Verdict.PROVEN, Verdict.SIMULATED)
"""It was looked at, and it held."""

BROKEN = (Verdict.UNSTEADY, Verdict.FAILED, Verdict.ERROR, Verdict.UNDEFINED)
"""What makes a run a failure, whatever is required."""


def of_passed(weakest: Fidelity) -> Verdict:
    """Return the verdict of a scenario that passed and touched nothing weaker than *weakest*."""
    return Verdict.PROVEN if weakest is Fidelity.REAL else Verdict.SIMULATED


class Requirement(enum.StrEnum):
    """What ``--require`` asks of every scenario."""

    PROVEN = "proven"
    SIMULATED = "simulated"

    def met_by(self, verdict: Verdict) -> bool:
        """Return whether *verdict* is good enough."""
        enough = {Verdict.PROVEN} if self is Requirement.PROVEN else {Verdict.PROVEN, Verdict.SIMULATED}
        return verdict in enough


@dataclass(frozen=True)
class Waived:
    """What a waiver says of a scenario, whether that fails or not.

    Attributes:
        reason: Why a failure of it is let through.
        owner: Who answers for that.
        until: The last day on which it is, as ``YYYY-MM-DD``.
        expired: Whether that day is over.
    """

    reason: str
    owner: str
    until: str
    expired: bool

    def __str__(self) -> str:
        return f"waived until {self.until} by {self.owner}: {self.reason}"


@dataclass(frozen=True)
class Attested:
    """What a signed entry says of a scenario that nobody can look at.

    Attributes:
        who: Who says that it holds: as the allowed signers have them.
        when: On which day they have said so, as ``YYYY-MM-DD``.
        link: Where it can be read up.
        until: The last day on which that counts.
        lapsed: Why it counts no more; nothing while it does.
    """

    who: str
    when: str
    link: str
    until: str
    lapsed: str = ""

    def __str__(self) -> str:
        said = f"attested by {self.who} on {self.when} until {self.until}: {self.link}"
        return f"{said}; it counts no more: {self.lapsed}" if self.lapsed else said


@dataclass
class Turn:
    """One of several turns of a scenario.

    Attributes:
        number: Which, from 1.
        verdict: Its verdict, were it the only one.
        seconds: How long it took.
        line: The line of the step that *look* is of; 0 where there is none.
        look: The last look of the step that holds in one turn and fails in another, in the first turn of each kind.
    """

    number: int
    verdict: str
    seconds: float
    line: int = 0
    look: Look | None = None


NOT_TAKEN, UNDEFINED = "not taken", "undefined"
"""The outcome of a step whose turn did not come, and of one without words."""


@dataclass
class StepTaken:
    """One step of a scenario, whether it was taken or not.

    Attributes:
        line: Its line in the feature.
        keyword: Given, When, Then, And, But.
        text: What it says.
        outcome: ``passed``, ``failed``, ``not provable``, ``undefined`` or ``not taken``.
        seconds: How long it took.
        at: Seconds after the scenario's beginning at which it was taken.
        table: The rows of its table.
        block: The text of its block.
        looks: What was looked at, and how that ended.
        word: Where its word is defined, as ``file:line``; nothing where that is not known.
        pattern: The text of its word.
    """

    line: int
    keyword: str
    text: str
    outcome: str = NOT_TAKEN
    seconds: float = 0.0
    at: float = 0.0
    table: list[list[str]] = field(default_factory=list)
    block: str = ""
    looks: list[Look] = field(default_factory=list)
    word: str = ""
    pattern: str = ""


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
        tags: Every tag that applies to it.
        reason: Why it is not proven: the message of a failure, or what the target lacks.
        touched: Each observer that its steps touched, with its fidelity.
        asked: Everything that its steps asked an observer.
        steps: All of its steps, those of the background first.
        happened: What was done to the platform, and that it was undone: ``at`` (seconds since the scenario began),
            ``kind``, ``what``.
        began: When its turn came, in seconds since the epoch; 0 if it never did.
        seconds: How long it took.
        ran: Whether it was run to its end, that of its undoing included.
        evidence: The folder with what was kept of it, or nothing.
        waiver: What a waiver says of it; None where there is none for it.
        attestation: What a signed entry says of it; None where there is none for it.
        turns: Each of its turns, where it was to have several.
    """

    nodeid: str
    verdict: Verdict
    feature: str = ""
    rule: str = ""
    scenario: str = ""
    file: str = ""
    line: int = 0
    tags: list[str] = field(default_factory=list)
    reason: str = ""
    touched: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    steps: list[StepTaken] = field(default_factory=list)
    happened: list[dict[str, object]] = field(default_factory=list)
    began: float = 0.0
    seconds: float = 0.0
    ran: bool = False
    evidence: str = ""
    waiver: Waived | None = None
    attestation: Attested | None = None
    turns: list[Turn] = field(default_factory=list)

    @property
    def fidelity(self) -> str:
        """The weakest fidelity of what its steps touched; nothing when they touched nothing."""
        return str(min((Fidelity[f.upper()] for f in self.touched.values()), default=""))

    @property
    def concern(self) -> str:
        """The folder of its feature: what the feature is about."""
        parts = self.file.split("/")
        return parts[-2] if len(parts) > 1 else ""


def summary(results: Iterable[Result]) -> str:
    """Write the sum of a run: every planned scenario is counted once."""
    counts = Counter(result.verdict for result in results)
    parts = " + ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
    return f"{counts.total()} planned = {parts}"

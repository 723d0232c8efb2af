"""One scenario in progress: the step that it is at, how each ended, and where its evidence is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.checks.observer import RECORDER
from seatrial.scenarios.bdd import Step
from seatrial.scenarios.verdict import Attested, StepTaken


@dataclass
class ScenarioRun:
    """What is known of a scenario while it is taken; a new one is made for each turn.

    Attributes:
        step: The step that it is at; None before the first and after the last.
        taken: Every step that was taken, with how it ended.
        evidence: The folder of its evidence below the run's own; nothing while there is none.
        attestation: What a signed entry says of it, where it is judged by one.
        began: When its turn began, by the monotonic clock.
        started: When the step that it is at began.
        at_work: Ends what goes on by itself until the scenario ends: all of it, before anything is undone.
    """

    step: Step | None = None
    taken: list[StepTaken] = field(default_factory=list)
    evidence: str = ""
    attestation: Attested | None = None
    began: float = field(default_factory=time.monotonic)
    started: float = 0.0
    at_work: list[Callable[[], object]] = field(default_factory=list)

    def begin(self, step: Step) -> None:
        """Note that *step* begins; what was looked at before belongs to none."""
        self.step = step
        self.started = time.monotonic()
        RECORDER.take_looks()

    def end(self, step: Step, outcome: str) -> None:
        """Note how *step* ended: ``passed``, ``failed`` or ``not provable``; and what it has looked at."""
        taken = of_step(step)
        taken.outcome = outcome
        taken.seconds = round(time.monotonic() - self.started, 3)
        taken.at = round(self.started - self.began, 3)
        taken.looks = RECORDER.take_looks()
        self.taken.append(taken)


def of_step(step: Step) -> StepTaken:
    """Return a step of the specification as one that was not taken yet."""
    table = [[cell.value for cell in row.cells] for row in step.datatable.rows] if step.datatable else []
    return StepTaken(step.line_number, step.keyword.strip(), step.name, table=table, block=step.docstring or "")

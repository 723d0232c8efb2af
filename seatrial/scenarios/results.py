"""From pytest's reports to verdicts: every planned scenario has exactly one, whatever happened."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from seatrial.checks.looks import Look
from seatrial.checks.observer import RECORDER
from seatrial.scenarios.attesting import is_attested
from seatrial.scenarios.collection import WORDS, ScenarioItem, UndefinedError
from seatrial.scenarios.gate import GATE, Gate
from seatrial.scenarios.reading import SpecificationError
from seatrial.scenarios.run import of_step
from seatrial.scenarios.specification import Planned, read, spare
from seatrial.scenarios.step_definitions import place
from seatrial.scenarios.verdict import (
    HOLDS,
    UNDEFINED,
    Attested,
    Result,
    StepTaken,
    Turn,
    Verdict,
    Waived,
    of_passed,
)

_UNFINISHED = "not finished: the session ended during its turn"
_WORST_FIRST = (
    *(Verdict.UNDEFINED, Verdict.ERROR, Verdict.FAILED, Verdict.UNSTEADY, Verdict.WAIVED),
    *(Verdict.NOT_PROVABLE, Verdict.ATTESTED),
)


def annotate(item: ScenarioItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Put what a report needs to know of this phase onto pytest's own report, which travels between processes."""
    verdict, reason = _of_phase(item, call, report), _reason(call, report)
    if verdict is Verdict.FAILED and (waived := _waived(item)):
        verdict = Verdict.WAIVED
        report.outcome = "skipped"  # as pytest has what is expected to fail
        report.wasxfail = str(waived)
    report.seatrial = _phase(item, report.when, verdict, reason, call.start)  # type: ignore[attr-defined]


def _waived(item: ScenarioItem) -> Waived | None:
    """Return what lets a failure of *item* through, if anything does that has not expired."""
    found = item.config.stash[GATE].waived(item.nodeid, item.planned.name, item.planned.tags)
    return found if found is not None and not found.expired else None


def _phase(item: ScenarioItem, when: str, verdict: Verdict, reason: str, start: float) -> dict[str, Any]:
    return {
        "verdict": str(verdict),
        "when": when,
        "reason": reason,
        "touched": {name: str(fidelity) for name, fidelity in sorted(RECORDER.touched.items())},
        "asked": list(RECORDER.questions),
        "steps": [asdict(step) for step in _steps(item)],
        "happened": list(RECORDER.happened),
        "evidence": item.run.evidence,
        "attestation": item.run.attestation and asdict(item.run.attestation),
        "start": start,
    }


def _steps(item: ScenarioItem) -> list[StepTaken]:
    """Return every step of *item*, taken or not, with its word."""
    words = item.session.stash[WORDS]
    found = [*item.run.taken]
    for number, step in enumerate(item.planned.scenario.steps):
        if number == len(found):
            found.append(of_step(step))
        fitting = words.matching(step)
        if not fitting and not is_attested(item.planned.tags):
            found[number].outcome = UNDEFINED
        elif len(fitting) == 1:
            where = place(fitting[0])
            found[number].word = where.removeprefix(f"{item.config.rootpath}{os.sep}")
            found[number].pattern = fitting[0].parser.name
    return found


def _of_phase(item: ScenarioItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
    if report.skipped:
        attestation = item.run.attestation
        return Verdict.ATTESTED if attestation and not attestation.lapsed else Verdict.NOT_PROVABLE
    if report.passed:
        return of_passed(RECORDER.weakest)
    if isinstance(item.problem, UndefinedError):
        return Verdict.UNDEFINED
    differs = call.excinfo is not None and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
    return Verdict.FAILED if differs and report.when == "call" else Verdict.ERROR


def _reason(call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    if call.excinfo is None:
        return ""
    if report.skipped:
        return str(getattr(call.excinfo.value, "msg", call.excinfo.value))
    return str(report.longrepr)


class Results:
    """Collects the verdicts of a run, in the process that sees every report.

    Args:
        root: The project's root, below which node ids name feature files.
        gate: What is waived.
    """

    def __init__(self, root: Path, gate: Gate) -> None:
        self._root, self._gate = root, gate
        self._because = "not run: the session ended before its turn"
        self._planned: dict[str, Planned | None] = {}
        self._files: dict[str, dict[str, Planned]] = {}
        self._begun: set[str] = set()
        self._phases: dict[str, list[dict[str, Any]]] = {}
        self._crashed: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self._whenever: list[Callable[[], None]] = []
        self.began = time.time()

    def plan(self, nodeids: Iterable[str]) -> None:
        """Add planned scenarios, in their order."""
        for nodeid in nodeids:
            if nodeid not in self._planned:
                self._planned[nodeid] = self._specified(nodeid)

    def tell(self, listener: Callable[[], None]) -> None:
        """Call *listener* each time that a scenario has ended."""
        self._whenever.append(listener)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note that a scenario has its turn."""
        self._begun.add(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one scenario, as pytest reports it."""
        phase = getattr(report, "seatrial", None)
        if phase is not None:
            self._phases.setdefault(report.nodeid, []).append(phase)
            self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration
        elif report.nodeid in self._planned and report.failed:
            self._crashed[report.nodeid] = str(report.longrepr)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell whoever wants to know that a scenario has ended."""
        if nodeid in self._planned:
            for listener in self._whenever:
                listener()

    def interrupted(self, item: ScenarioItem) -> None:
        """Note a scenario that is cut short: pytest has no report for what it was at."""
        phase = _phase(item, "call", Verdict.ERROR, _UNFINISHED, time.time())
        self._phases.setdefault(item.nodeid, []).append(phase)
        self._seconds.setdefault(item.nodeid, 0.0)

    def fail_all(self, reason: str) -> None:
        """Say why nothing could be run."""
        self._because = reason

    def all(self) -> list[Result]:
        """Return the result of every planned scenario."""
        return [self._result(nodeid) for nodeid in dict.fromkeys([*self._planned, *self._phases])]

    def _specified(self, nodeid: str) -> Planned | None:
        """Find what the specification says of a scenario: a process that gives scenarios out has not collected them."""
        file, _, name = nodeid.partition("::")
        if file not in self._files:
            try:
                planned = read(self._root / file, file)
                spare(planned)
                self._files[file] = {one.name: one for one in planned}
            except (OSError, SpecificationError):  # gone since it was collected
                self._files[file] = {}
        return self._files[file].get(name)

    def _result(self, nodeid: str) -> Result:
        phases = self._phases.get(nodeid, [])
        verdict, reason = self._judge(nodeid, phases)
        result = of_plan(nodeid, verdict, self._planned.get(nodeid))
        result.reason = reason
        result.waiver = self._gate.waived(nodeid, result.scenario, result.tags)
        if phases:
            # What undoing touches is not what the scenario's steps have touched.
            told = next((p for p in phases if p["when"] == "call"), phases[0])
            result.touched, result.evidence = told["touched"], told["evidence"]
            result.asked = told["asked"]
            result.steps = told_steps(told["steps"])
            result.turns = _turns(told.get("turns", []))
            result.attestation = told["attestation"] and Attested(**told["attestation"])
            result.began = phases[0]["start"]
            result.happened = [{**h, "at": round(h["at"] - result.began, 3)} for h in phases[-1]["happened"]]
            result.seconds = round(sum(t.seconds for t in result.turns) or self._seconds[nodeid], 3)
            result.ran = any(p["when"] == "teardown" for p in phases) and nodeid not in self._crashed
        return result

    def _judge(self, nodeid: str, phases: list[dict[str, Any]]) -> tuple[Verdict, str]:
        if nodeid in self._crashed:
            return Verdict.ERROR, self._crashed[nodeid]
        if (verdict := worst(phases)) is not None:
            return verdict, "" if verdict in HOLDS else "\n".join(p["reason"] for p in phases if p["reason"])
        begun = phases or nodeid in self._begun
        return Verdict.ERROR, _UNFINISHED if begun else self._because


RESULTS = pytest.StashKey[Results]()
"""Where a session keeps its results."""


def of_plan(nodeid: str, verdict: Verdict, planned: Planned | None) -> Result:
    """Return the result of a scenario of which nothing is known but what the specification says, if that much."""
    file, _, name = nodeid.partition("::")
    if planned is None:
        return Result(nodeid, verdict, scenario=name, file=file)
    return Result(
        nodeid,
        verdict,
        feature=planned.feature.name or "",
        rule=planned.rule,
        scenario=name,
        file=file,
        line=planned.line,
        tags=sorted(planned.tags),
        steps=[of_step(step) for step in planned.scenario.steps],
    )


def worst(phases: Iterable[dict[str, Any]]) -> Verdict | None:
    """Return what the phases of one turn come to; nothing while they are not all there."""
    told = list(phases)
    if found := next((verdict for verdict in _WORST_FIRST if any(p["verdict"] == verdict for p in told)), None):
        return found
    called = next((p for p in told if p["when"] == "call"), None)
    return Verdict(called["verdict"]) if called and any(p["when"] == "teardown" for p in told) else None


def told_steps(steps: Iterable[dict[str, Any]]) -> list[StepTaken]:
    """Return the steps that a report has travelled with."""
    return [StepTaken(**{**step, "looks": [Look(**look) for look in step["looks"]]}) for step in steps]


def _turns(turns: Iterable[dict[str, Any]]) -> list[Turn]:
    return [Turn(**{**turn, "look": turn["look"] and Look(**turn["look"])}) for turn in turns]

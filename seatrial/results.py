"""From pytest's reports to verdicts: every planned scenario has exactly one, whatever happened."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pytest

from seatrial.collection import ScenarioItem
from seatrial.convergence import UnmetError
from seatrial.observing import RECORDER
from seatrial.verdict import Result, StepTaken, Verdict, of_passed

TAKEN = pytest.StashKey[list[StepTaken]]()
EVIDENCE = pytest.StashKey[str]()


def annotate(item: ScenarioItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Put what a report needs to know of this phase onto pytest's own report, which travels between processes."""
    planned = item.planned
    report.seatrial = {  # type: ignore[attr-defined]
        "verdict": str(_of_phase(item, call, report)),
        "feature": planned.feature.name,
        "rule": planned.rule,
        "scenario": item.name,
        "file": item.nodeid.partition("::")[0],
        "line": planned.line,
        "reason": _reason(call, report),
        "touched": {name: str(fidelity) for name, fidelity in sorted(RECORDER.touched.items())},
        "steps": [asdict(step) for step in item.stash.get(TAKEN, [])],
        "evidence": item.stash.get(EVIDENCE, ""),
    }


def _of_phase(item: ScenarioItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
    if report.skipped:
        return Verdict.NOT_PROVABLE
    if report.passed:
        return of_passed(RECORDER.weakest)
    if item.undefined is not None:
        return Verdict.UNDEFINED
    judged = report.when == "call" and call.excinfo is not None and call.excinfo.errisinstance((AssertionError, UnmetError))
    return Verdict.FAILED if judged else Verdict.ERROR


def _reason(call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    if call.excinfo is None:
        return ""
    if report.skipped:
        return str(getattr(call.excinfo.value, "msg", call.excinfo.value))
    return str(report.longrepr)


class Results:
    """Collects the verdicts of a run, in the process that sees every report."""

    def __init__(self) -> None:
        self._because = "not run: the session ended before its turn"
        self._planned: dict[str, None] = {}
        self._phases: dict[str, list[dict[str, Any]]] = {}
        self._seconds: dict[str, float] = {}
        self.began = time.time()

    def plan(self, nodeids: Iterable[str]) -> None:
        """Add planned scenarios, in their order."""
        self._planned.update(dict.fromkeys(nodeids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one scenario, as pytest reports it."""
        phase = getattr(report, "seatrial", None)
        if phase is None:
            return
        self._phases.setdefault(report.nodeid, []).append(phase)
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration

    def fail_all(self, reason: str) -> None:
        """Say why nothing could be run."""
        self._because = reason

    def all(self) -> list[Result]:
        """Give the result of every planned scenario."""
        return [self._result(nodeid) for nodeid in dict.fromkeys([*self._planned, *self._phases])]

    def _result(self, nodeid: str) -> Result:
        phases = self._phases.get(nodeid)
        if not phases:
            file, _, name = nodeid.partition("::")
            return Result(nodeid, Verdict.ERROR, scenario=name, file=file, reason=self._because)
        order = [Verdict.UNDEFINED, Verdict.ERROR, Verdict.FAILED, Verdict.NOT_PROVABLE, Verdict.SIMULATED]
        decisive = next((p for v in order for p in phases if p["verdict"] == v), phases[-1])
        last = phases[-1]
        return Result(
            nodeid,
            Verdict(decisive["verdict"]),
            **{key: last[key] for key in ("feature", "rule", "scenario", "file", "line", "touched")},
            reason=decisive["reason"],
            evidence=decisive["evidence"],
            steps=[StepTaken(**step) for step in last["steps"]],
            seconds=round(self._seconds[nodeid], 3),
        )



"""From pytest's reports to verdicts: every planned scenario has exactly one, whatever happened."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pytest

from seatrial.collection import ScenarioItem, UndefinedError
from seatrial.observing import RECORDER
from seatrial.verdict import Result, StepTaken, Verdict, of_passed

TAKEN = pytest.StashKey[list[StepTaken]]()
EVIDENCE = pytest.StashKey[str]()

_WORST_FIRST = (Verdict.UNDEFINED, Verdict.ERROR, Verdict.FAILED, Verdict.NOT_PROVABLE)


def annotate(item: ScenarioItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
    """Put what a report needs to know of this phase onto pytest's own report, which travels between processes."""
    planned = item.planned
    report.seatrial = {  # type: ignore[attr-defined]
        "verdict": str(_of_phase(item, call, report)),
        "when": report.when,
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
    """Collects the verdicts of a run, in the process that sees every report."""

    def __init__(self) -> None:
        self._because = "not run: the session ended before its turn"
        self._planned: dict[str, None] = {}
        self._phases: dict[str, list[dict[str, Any]]] = {}
        self._crashed: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self.began = time.time()

    def plan(self, nodeids: Iterable[str]) -> None:
        """Add planned scenarios, in their order."""
        self._planned.update(dict.fromkeys(nodeids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one scenario, as pytest reports it."""
        phase = getattr(report, "seatrial", None)
        if phase is not None:
            self._phases.setdefault(report.nodeid, []).append(phase)
            self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration
        elif report.nodeid in self._planned and report.failed:
            self._crashed[report.nodeid] = str(report.longrepr)

    def fail_all(self, reason: str) -> None:
        """Say why nothing could be run."""
        self._because = reason

    def all(self) -> list[Result]:
        """Give the result of every planned scenario."""
        return [self._result(nodeid) for nodeid in dict.fromkeys([*self._planned, *self._phases])]

    def _result(self, nodeid: str) -> Result:
        phases = self._phases.get(nodeid, [])
        verdict, reason = self._judge(nodeid, phases)
        if not phases:
            file, _, name = nodeid.partition("::")
            return Result(nodeid, verdict, scenario=name, file=file, reason=reason)
        # What undoing touches is not what the scenario's steps have touched.
        told = next((p for p in phases if p["when"] == "call"), phases[0])
        return Result(
            nodeid,
            verdict,
            **{key: told[key] for key in ("feature", "rule", "scenario", "file", "line", "touched", "evidence")},
            reason=reason,
            steps=[StepTaken(**step) for step in told["steps"]],
            seconds=round(self._seconds[nodeid], 3),
        )

    def _judge(self, nodeid: str, phases: list[dict[str, Any]]) -> tuple[Verdict, str]:
        if nodeid in self._crashed:
            return Verdict.ERROR, self._crashed[nodeid]
        for verdict in _WORST_FIRST:
            if any(p["verdict"] == verdict for p in phases):
                return verdict, "\n".join(p["reason"] for p in phases if p["reason"])
        called = next((p for p in phases if p["when"] == "call"), None)
        if called is not None and any(p["when"] == "teardown" for p in phases):
            return Verdict(called["verdict"]), ""
        return Verdict.ERROR, "not finished: the session ended during its turn" if phases else self._because

"""``--times``: a scenario has several turns; one that holds in some of them and fails in others is unsteady."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from seatrial.checks.observer import RECORDER
from seatrial.masking import MASK
from seatrial.scenarios.collection import ScenarioItem
from seatrial.scenarios.ending import told_to_end
from seatrial.scenarios.results import told_steps, worst
from seatrial.scenarios.run import ScenarioRun
from seatrial.scenarios.session import rehearses
from seatrial.scenarios.steadiness import beside
from seatrial.scenarios.verdict import HOLDS, Turn, Verdict

_FAILS = (Verdict.FAILED, Verdict.WAIVED)

_Reports = Sequence[pytest.TestReport]


def see_that_it_can(config: pytest.Config) -> None:
    """See that the number of turns is one.

    Raises:
        pytest.UsageError: If it is not.
    """
    if (times := config.getoption("seatrial_times")) < 1:
        raise pytest.UsageError(f"--times {times}: expected a number of turns, 1 or more")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Give a scenario its turns, one after another, and report it once: by the turn that says most of it."""
    times: int = item.config.getoption("seatrial_times")
    if times == 1 or not isinstance(item, ScenarioItem) or rehearses(item.config):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in _told(list(_taken(item, nextitem, times))):
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _taken(item: ScenarioItem, nextitem: pytest.Item | None, times: int) -> Iterator[_Reports]:
    """Take the turns; one that neither holds nor fails is the last: the others would say the same."""
    for number in range(1, times + 1):
        if number > 1:
            if told_to_end():
                raise KeyboardInterrupt
            RECORDER.clear()
            item.run = ScenarioRun(evidence=item.run.evidence)  # that of the first turn that fails is kept
        after: Any = item.parent if nextitem is None and number < times else nextitem  # the session goes on
        reports = runtestprotocol(item, log=False, nextitem=after)
        yield reports
        if _verdict(reports) not in (*HOLDS, *_FAILS) or item.session.shouldstop:
            return


def _told(taken: Sequence[_Reports]) -> _Reports:
    """Return the reports of the turn that says most, with what all of them come to."""
    verdicts = [_verdict(reports) for reports in taken]
    turns = [
        Turn(number, str(verdict), round(sum(report.duration for report in reports), 3))
        for number, (verdict, reports) in enumerate(zip(verdicts, taken, strict=True), 1)
    ]
    held, failed = ([n for n, verdict in enumerate(verdicts) if verdict in kind] for kind in (HOLDS, _FAILS))
    shown = taken[_most(verdicts, failed)]
    if held and failed and verdicts[-1] in (*HOLDS, *_FAILS):
        _unsteady(taken, turns, held, failed)
    for report in shown:
        report.seatrial["turns"] = [asdict(turn) for turn in turns]
    return shown


def _most(verdicts: Sequence[Verdict], failed: Sequence[int]) -> int:
    """Return which turn is shown: the one that broke, else the first that fails, else the first of the weakest."""
    if verdicts[-1] not in (*HOLDS, *_FAILS):
        return len(verdicts) - 1
    if failed:
        return failed[0]
    return next((n for n, verdict in enumerate(verdicts) if verdict is Verdict.SIMULATED), 0)


def _unsteady(taken: Sequence[_Reports], turns: Sequence[Turn], held: Sequence[int], failed: Sequence[int]) -> None:
    """Say of the first turn that fails that others hold; what is waived stays so."""
    called = _called(taken[failed[0]])
    phase = called.seatrial
    steps = told_steps(phase["steps"])
    at = next((n for n, step in enumerate(steps) if step.outcome == "failed"), None)
    if at is not None:
        for turn in (held[0], failed[0]):
            step = told_steps(_called(taken[turn]).seatrial["steps"])[at]
            turns[turn].line, turns[turn].look = step.line, step.looks[-1] if step.looks else None
    text = MASK.text("\n".join(beside(turns, held, failed)))
    phase["reason"] = f"{phase['reason']}\n{text}"
    if phase["verdict"] != Verdict.WAIVED:
        phase["verdict"] = str(Verdict.UNSTEADY)
        called.longrepr = f"{called.longrepr}\n{text}"


def _called(reports: _Reports) -> pytest.TestReport:
    return next(report for report in reports if report.when == "call")


def _verdict(reports: _Reports) -> Verdict:
    return worst([report.seatrial for report in reports]) or Verdict.ERROR

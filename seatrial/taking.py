"""A scenario's steps as they are taken: which one it is at, how each ended, and evidence of the one that failed."""

from __future__ import annotations

import os
import time

import pytest
from pytest_bdd.parser import Step

from seatrial import evidence, reports
from seatrial.collection import CURRENT_STEP, ScenarioItem
from seatrial.observing import NotProvableError
from seatrial.results import EVIDENCE, TAKEN
from seatrial.trial import TRIAL
from seatrial.verdict import StepTaken

STARTED = pytest.StashKey[float]()


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep which step a scenario is at."""
    request.node.stash[CURRENT_STEP] = step
    request.node.stash[STARTED] = time.monotonic()


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Note a step that held."""
    _take(request.node, step, "passed")


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: BaseException) -> None:
    """Note a step that failed, and keep evidence before anything is undone."""
    item: ScenarioItem = request.node
    if isinstance(exception, NotProvableError):
        _take(item, step, "not provable")
        return
    _take(item, step, "failed")
    file = item.nodeid.partition("::")[0]
    folder = reports.folder(item.config) / "evidence" / evidence.folder_name(file, item.planned.line)
    trial = item.config.stash[TRIAL]
    try:
        evidence.keep(folder, f"{item.place(step)}\n{exception}", trial.instruments)
        item.stash[EVIDENCE] = os.path.relpath(folder, item.config.rootpath)
    except OSError as error:
        item.add_report_section("call", "evidence", f"could not be kept: {error}")


def _take(item: ScenarioItem, step: Step, outcome: str) -> None:
    seconds = round(time.monotonic() - item.stash[STARTED], 3)
    item.stash[TAKEN].append(StepTaken(step.line_number, step.keyword.strip(), step.name, outcome, seconds))

"""A scenario's steps as they are taken: which one it is at, how each ended, and evidence of the one that failed."""

from __future__ import annotations

import time

import pytest
from pytest_bdd.parser import Step

from seatrial.checks.observer import RECORDER, NotProvableError
from seatrial.errors import SeatrialError, StateError
from seatrial.scenarios import evidence, paths
from seatrial.scenarios.collection import CURRENT_STEP, ScenarioItem
from seatrial.scenarios.results import EVIDENCE, TAKEN, of_step
from seatrial.scenarios.session import TRIAL


class NothingSeenError(SeatrialError):
    """A scenario has passed without a look at the platform."""


BEGAN = pytest.StashKey[float]()
STARTED = pytest.StashKey[float]()


def begin(item: ScenarioItem) -> None:
    """Begin a scenario: nothing is taken yet, nothing was touched."""
    RECORDER.clear()
    item.stash[TAKEN] = []
    item.stash[BEGAN] = time.monotonic()


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep which step a scenario is at."""
    request.node.stash[CURRENT_STEP] = step
    request.node.stash[STARTED] = time.monotonic()
    RECORDER.take_looks()


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
    keep_evidence(item, f"{item.place(step)}\n{exception}")


def keep_evidence(item: ScenarioItem, message: str) -> None:
    """Keep a bundle for *item*, unless there is one: the first thing that went wrong is what matters."""
    if EVIDENCE in item.stash:
        return
    name = evidence.folder_name(item.nodeid.partition("::")[0], item.planned.line)
    trial = item.config.stash[TRIAL]
    try:
        evidence.keep(paths.folder(item.config) / "evidence" / name, message, trial.instruments, trial.diagnose)
        item.stash[EVIDENCE] = f"evidence/{name}"
    except (OSError, StateError) as error:
        item.add_report_section("call", "evidence", f"could not be kept: {error}")


def interrupted(item: ScenarioItem) -> None:
    """Note the step at which the session was interrupted, and keep evidence of it."""
    step = item.stash.get(CURRENT_STEP, None)
    if step is not None:
        _take(item, step, "failed")
        keep_evidence(item, f"{item.place(step)}\ninterrupted")


def see_that_it_looked() -> None:
    """See that a scenario that has passed looked at anything: who looks at nothing has proven nothing.

    Raises:
        NothingSeenError: If none of its steps touched an observer.
    """
    if not RECORDER.touched:
        raise NothingSeenError(
            "nothing was looked at: none of its steps touched an observer, so it would pass whatever the platform "
            "does; let the word of a Then read an observer (a fixture of instrument) by eventually or always"
        )


def _take(item: ScenarioItem, step: Step, outcome: str) -> None:
    taken = of_step(step)
    taken.outcome = outcome
    taken.seconds = round(time.monotonic() - item.stash[STARTED], 3)
    taken.at = round(item.stash[STARTED] - item.stash[BEGAN], 3)
    taken.looks = RECORDER.take_looks()
    item.stash[TAKEN].append(taken)

"""The hooks of one scenario: its turn on the platform, its steps, its evidence, its verdict."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from seatrial.checks.convergence import UnmetError
from seatrial.checks.observer import RECORDER, NotProvableError
from seatrial.errors import SeatrialError, StateError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.scenarios import evidence, holding, paths
from seatrial.scenarios.attesting import attested, is_attested
from seatrial.scenarios.bdd import Step
from seatrial.scenarios.claims import overclaimed
from seatrial.scenarios.collection import WORDS, ScenarioItem
from seatrial.scenarios.ending import told_to_end
from seatrial.scenarios.gate import GATE
from seatrial.scenarios.results import RESULTS, annotate
from seatrial.scenarios.run import ScenarioRun
from seatrial.scenarios.session import TRIAL, rehearses
from seatrial.scenarios.verdict import Attested

_SKIP = "skip"


class NothingSeenError(SeatrialError):
    """A scenario has passed without a look at the platform."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a scenario have its turn on the platform, undoing included; none begins once the session was told to end."""
    if not isinstance(item, ScenarioItem):
        return (yield)
    if told_to_end():
        raise KeyboardInterrupt
    RECORDER.clear()
    item.run = ScenarioRun()
    with item.config.stash[TRIAL].turn(exclusive=item.exclusive):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything is disturbed, put right what a crash has left, and say what cannot be proven on this target."""
    if not isinstance(item, ScenarioItem) or item.problem or rehearses(item.config):
        return
    if _SKIP in item.planned.tags:
        raise NotProvableError(f"the feature says @{_SKIP}")
    if is_attested(item.planned.tags):
        item.run.attestation = told = _attestation(item)
        raise NotProvableError(str(told) if told else "nobody has attested to it: `seatrial attest` does")
    trial = item.config.stash[TRIAL]
    if trial.lost is not None:
        raise trial.lost
    trial.journal("").undo_abandoned()
    if reasons := trial.lacking(item.needs):
        raise NotProvableError("; ".join(reasons))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Take no step of a scenario that could not take all of them; keep evidence of one that is interrupted."""
    if not isinstance(item, ScenarioItem):
        yield
        return
    if item.problem:
        raise item.problem
    try:
        yield
    except KeyboardInterrupt:
        _interrupted(item)
        item.config.stash[RESULTS].interrupted(item)
        raise
    except UnmetError as error:
        if error.unseen and (lost := item.config.stash[TRIAL].out_of_reach()):
            raise lost from None
        raise
    _see_that_it_looked()
    _see_that_it_observed(item)


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep which step a scenario is at."""
    request.node.run.begin(step)


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Note a step that held."""
    request.node.run.end(step, "passed")


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: BaseException) -> None:
    """Note a step that failed, and keep evidence before anything is undone."""
    item: ScenarioItem = request.node
    if isinstance(exception, NotProvableError):
        item.run.end(step, "not provable")
        return
    item.run.end(step, "failed")
    message = f"{item.place(step)}\n{exception}"
    _keep_evidence(item, message)
    item.run.step, held_at = None, item.run.step  # it has ended, and whoever interrupts the wait interrupts no step
    holding.hold(item, message)
    item.run.step = held_at


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """What fails from here on is not a step."""
    if isinstance(item, ScenarioItem):
        item.run.step = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the verdict onto the report."""
    if not isinstance(item, ScenarioItem) or rehearses(item.config):
        return (yield)
    if call.excinfo is not None and call.excinfo.errisinstance(NotProvableError) and call.when != "teardown":
        call.excinfo = _as_skip(str(call.excinfo.value))
    report = yield
    if report.failed and call.excinfo is not None:
        shown = str(item.repr_failure(call.excinfo))  # pytest asks the item only when the call has failed
        if report.when == "teardown":
            _keep_evidence(item, shown)
        report.longrepr = terminal(MASK.text(shown))
        if name := item.run.evidence:
            report.longrepr += f"\n  Evidence: {os.path.relpath(paths.folder(item.config) / name)}/"
    report.sections = [(title, MASK.text(content)) for title, content in report.sections]
    annotate(item, call, report)
    return report


def _attestation(item: ScenarioItem) -> Attested | None:
    signers = item.config.stash[GATE].signers
    return attested(item.planned, item.nodeid, item.config.rootpath, signers)


def _keep_evidence(item: ScenarioItem, message: str) -> None:
    """Keep a bundle for *item*, unless there is one: the first thing that went wrong is what matters.

    What a witness says goes to its saboteur, and its folder with it: nobody would read a bundle.
    """
    if item.run.evidence or item.config.getoption("seatrial_sabotaged"):
        return
    name = evidence.folder_name(item.nodeid.partition("::")[0], item.planned.line)
    trial = item.config.stash[TRIAL]
    try:
        evidence.keep(paths.folder(item.config) / "evidence" / name, message, trial.instruments, trial.diagnose)
        item.run.evidence = f"evidence/{name}"
    except (OSError, StateError) as error:
        item.add_report_section("call", "evidence", f"could not be kept: {error}")


def _interrupted(item: ScenarioItem) -> None:
    """Note the step at which the session was interrupted, and keep evidence of it."""
    if item.run.step is not None:
        item.run.end(item.run.step, "failed")
        _keep_evidence(item, f"{item.place(item.run.step)}\ninterrupted")


def _see_that_it_looked() -> None:
    """See that a scenario that has passed looked at anything: who looks at nothing has proven nothing.

    Raises:
        NothingSeenError: If none of its steps touched an observer.
    """
    if not RECORDER.touched:
        raise NothingSeenError(
            "nothing was looked at: none of its steps touched an observer, so it would pass whatever the platform "
            "does; let the word of a Then read an observer (a fixture of instrument) by eventually or always"
        )


def _see_that_it_observed(item: ScenarioItem) -> None:
    """See that no Then of a scenario that has passed claims behaviour and has read declarations only.

    Raises:
        NotProvableError: If one does.
    """
    words = item.session.stash[WORDS]
    for step, taken in zip(item.planned.scenario.steps, item.run.taken, strict=False):
        if step.type == "then" and (why := overclaimed(words.matching(step)[0], taken)):
            raise NotProvableError(why)


def _as_skip(reason: str) -> pytest.ExceptionInfo[BaseException]:
    with pytest.raises(pytest.skip.Exception) as skipped:
        raise pytest.skip.Exception(reason, _use_item_location=True)
    return skipped

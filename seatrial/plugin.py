"""The pytest plugin: it delegates."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.parser import Step

from seatrial import evidence, reports
from seatrial.collection import CURRENT_STEP, FeatureFile, ScenarioItem
from seatrial.errors import SeatrialError
from seatrial.fixtures import changes, faults, platform
from seatrial.observing import RECORDER, NotProvableError
from seatrial.progress import Progress
from seatrial.results import EVIDENCE, TAKEN, Results, annotate
from seatrial.timing import TIME
from seatrial.trial import TRIAL, Trial
from seatrial.verdict import Requirement, StepTaken, Verdict

RESULTS = pytest.StashKey[Results]()
STARTED = pytest.StashKey[float]()

__all__ = ["changes", "faults", "platform"]

BROKE = 3
"""The exit code when the platform could not be provisioned: pytest's own for an internal error."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a trial."""
    group = parser.getgroup("seatrial", "the platform under trial")
    group.addoption("--target", default="local", help="where the platform is built: local, kind, aws")
    group.addoption("--team", default=os.environ.get("TEAMID", "trial"), help="names the platform ($TEAMID)")
    group.addoption("--keep", action="store_true", help="leave the platform up, even if this run stood it up")
    group.addoption("--require", choices=[str(r) for r in Requirement], help="anything weaker is a failure")
    group.addoption("--patience", type=float, default=1.0, help="scales every time limit")
    group.addoption("--report", default="report", metavar="DIR", help="where verdict.json and evidence go")


def pytest_configure(config: pytest.Config) -> None:
    """Set up a trial; nothing is touched before a scenario is collected."""
    TIME.patience = config.getoption("--patience")
    config.stash[TRIAL] = Trial(config.rootpath, config.getoption("--team"), config.getoption("--target"))
    config.stash[RESULTS] = results = Results()
    config.pluginmanager.register(results, "seatrial-results")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect feature files."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put disruptive scenarios last when several processes run, so that they seldom wait for one another."""
    if _worker(config):
        items.sort(key=lambda item: isinstance(item, ScenarioItem) and item.exclusive)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Plan what was collected."""
    session.config.stash[RESULTS].plan(item.nodeid for item in session.items if isinstance(item, ScenarioItem))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Plan what the workers have collected."""
    node.config.stash[RESULTS].plan(i for i in ids if ".feature::" in i)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before workers begin, stand the platform up for them."""
    config = session.config
    if _distributed(config) and any(_has_features(config, arg) for arg in config.args):
        _stand_up(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Once it is known what will run, stand the platform up."""
    config = session.config
    wanted = any(isinstance(item, ScenarioItem) for item in session.items)
    if wanted and not (_worker(config) or config.option.collectonly or session.testsfailed):
        _stand_up(config)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Take down what was stood up, write the verdicts, and hold them to what is required."""
    config = session.config
    if _worker(config):
        return
    try:
        config.stash[TRIAL].take_down(Progress(), keep=config.getoption("--keep"))
    except SeatrialError as error:
        session.exitstatus = BROKE
        Progress().line(f"the platform could not be taken down: {error}. Run `seatrial sweep`.", style="red")
    results = config.stash[RESULTS].all()
    if not results or config.option.collectonly:
        return
    trial = config.stash[TRIAL]
    reports.write_verdict(
        _report_dir(config) / "verdict.json",
        results,
        team=trial.team,
        target=trial.target,
        began=config.stash[RESULTS].began,
    )
    required = config.getoption("--require")
    unmet = required and not all(Requirement(required).met_by(r.verdict) for r in results)
    if unmet and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the sum of the run."""
    results = config.stash[RESULTS].all()
    if results and not config.option.collectonly:
        terminalreporter.section(f"verdict on {config.getoption('--target')}")
        for line in reports.lines(results):
            terminalreporter.line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a scenario have its turn on the platform, undoing included."""
    if not isinstance(item, ScenarioItem):
        return (yield)
    RECORDER.clear()
    item.stash[TAKEN] = []
    with item.config.stash[TRIAL].turn(exclusive=item.exclusive):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything is disturbed, say what cannot be proven on this target."""
    if isinstance(item, ScenarioItem) and item.undefined is None:
        if reasons := item.config.stash[TRIAL].lacking(item.needs):
            pytest.skip("; ".join(dict.fromkeys(reasons)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the verdict onto the report."""
    report = yield
    if isinstance(item, ScenarioItem):
        annotate(item, call, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Show the verdict's own word beside each scenario."""
    phase = getattr(report, "seatrial", None)
    if phase is None:
        return None
    verdict = Verdict(phase["verdict"])
    if verdict is Verdict.NOT_PROVABLE:
        return "skipped", "s", ("NOT PROVABLE HERE", {"yellow": True})
    if verdict in (Verdict.PROVEN, Verdict.SIMULATED):
        return ("passed", ".", (str(verdict).upper(), {"green": True})) if report.when == "call" else None
    category = "failed" if report.when == "call" else "error"
    return category, str(verdict)[0].upper(), (str(verdict).upper(), {"red": True})


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Keep which step a scenario is at."""
    request.node.stash[CURRENT_STEP] = step
    request.node.stash[STARTED] = time.monotonic()


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Note a step that held."""
    _take(request.node, step, "passed")


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: BaseException) -> None:
    """Note a step that failed, and keep evidence before anything is undone."""
    _take(request.node, step, "failed")
    if isinstance(exception, NotProvableError):
        pytest.skip(str(exception))
    item: ScenarioItem = request.node
    folder = _report_dir(item.config) / "evidence" / evidence.folder_name(item.nodeid.partition("::")[0], item.planned.line)
    evidence.keep(folder, f"{item.nodeid}\n{exception}", item.config.stash[TRIAL].platform.instruments())
    item.stash[EVIDENCE] = os.path.relpath(folder, item.config.rootpath)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest) -> None:
    """What fails from here on is not a step."""
    if all(step.outcome == "passed" for step in request.node.stash[TAKEN]):
        request.node.stash[CURRENT_STEP] = None


def _take(item: ScenarioItem, step: Step, outcome: str) -> None:
    seconds = round(time.monotonic() - item.stash[STARTED], 3)
    item.stash[TAKEN].append(StepTaken(step.line_number, step.keyword, step.name, outcome, seconds))


def _stand_up(config: pytest.Config) -> None:
    try:
        config.stash[TRIAL].stand_up(Progress())
    except SeatrialError as error:
        config.stash[RESULTS].fail_all(f"the platform could not be provisioned: {error}")
        pytest.exit(str(error), returncode=BROKE)


def _report_dir(config: pytest.Config) -> Path:
    return config.rootpath / str(config.getoption("--report"))


def _worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _distributed(config: pytest.Config) -> bool:
    return bool(getattr(config.option, "numprocesses", None)) and not _worker(config)


def _has_features(config: pytest.Config, arg: str) -> bool:
    path = Path(config.invocation_params.dir, arg.partition("::")[0])
    return path.suffix == ".feature" or (path.is_dir() and any(path.rglob("*.feature")))

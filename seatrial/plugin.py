"""The pytest plugin: it delegates."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest

from seatrial.checks.convergence import UnmetError
from seatrial.checks.limits import TIME
from seatrial.checks.observer import NotProvableError
from seatrial.errors import SeatrialError, StateError, UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.provisioning import settings
from seatrial.provisioning.contract import KubeContext
from seatrial.provisioning.progress import Progress
from seatrial.report import console
from seatrial.report.writer import Writer
from seatrial.scenarios import evidence, paths, tags
from seatrial.scenarios.collection import CURRENT_STEP, FeatureFile, ScenarioItem
from seatrial.scenarios.fixtures import changes, faults, platform, traffic
from seatrial.scenarios.results import EVIDENCE, RESULTS, Results, annotate
from seatrial.scenarios.run import (
    begin,
    interrupted,
    keep_evidence,
    pytest_bdd_after_step,
    pytest_bdd_before_step,
    pytest_bdd_step_error,
    see_that_it_looked,
)
from seatrial.scenarios.session import TRIAL, Trial
from seatrial.scenarios.verdict import Requirement, Verdict

__all__ = [
    "changes",
    "faults",
    "platform",
    "pytest_bdd_after_step",
    "pytest_bdd_before_step",
    "pytest_bdd_step_error",
    "traffic",
]

_PARENT_SECONDS = 0.1

WRITER = pytest.StashKey[Writer]()
TERMINATED = pytest.StashKey[Any]()
SELECTED = pytest.StashKey[bool]()
"""Whether it was settled which of what was collected is to run."""
SLIP = pytest.StashKey[str]()
_SLIP = "seatrial_slip"

BROKE = 3
"""The exit code when the platform could not be provisioned: pytest's own for an internal error."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a trial."""
    group = parser.getgroup("seatrial", "the platform under trial")
    where = f"${settings.TARGET_VARIABLE}, else [tool.seatrial]'s, else {settings.TARGET}"
    group.addoption("--target", help=f"where the platform is built ({where})")
    whose = f"${settings.TEAM_VARIABLE}, else [tool.seatrial]'s, else {settings.TEAM}"
    group.addoption("--team", help=f"names the platform ({whose})")
    group.addoption("--kubeconfig", metavar="FILE", help="reach the cluster of a platform that is up by this file")
    group.addoption("--context", metavar="NAME", help="the context in it ($KUBECONFIG unless --kubeconfig is given)")
    group.addoption("--keep", action="store_true", help="leave the platform up, even if this run stood it up")
    group.addoption("--require", choices=[str(r) for r in Requirement], help="anything weaker is a failure")
    group.addoption("--patience", type=float, default=1.0, help="scales every time limit")
    group.addoption(
        "--report",
        default="report",
        metavar="DIR",
        help="where the reports go: index.html, and a folder for each target",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set up a trial; nothing is touched before a scenario is collected."""
    patience: float = config.getoption("--patience")
    if patience <= 0:
        raise pytest.UsageError(f"--patience {patience:g}: expected a number above 0")
    TIME.patience = patience
    _refuse_reporters_that_lose_scenarios(config)
    kubeconfig, context = config.getoption("--kubeconfig"), config.getoption("--context")
    reach = (
        KubeContext(kubeconfig and config.invocation_params.dir / kubeconfig, context)
        if kubeconfig or context
        else None
    )
    team, target = _named(config)
    config.stash[TRIAL] = Trial(config.rootpath, team, target, reach)
    MASK.learn_environment()
    if _worker(config):
        threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    config.stash[RESULTS] = results = Results(config.rootpath)
    config.stash[WRITER] = Writer(config.rootpath, paths.home(config), team, target, results.began, results.all)
    if not _worker(config):
        results.tell(config.stash[WRITER].refresh)
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            config.stash[TERMINATED] = signal.signal(signal.SIGTERM, _terminate)
    config.pluginmanager.register(results, "seatrial-results")
    config.pluginmanager.register(tags, "seatrial-tags")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was."""
    if TERMINATED in config.stash:
        signal.signal(signal.SIGTERM, config.stash[TERMINATED])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect feature files."""
    return FeatureFile.from_parent(parent, path=file_path) if file_path.suffix == ".feature" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put disruptive scenarios last when several processes run, so that they seldom wait for one another."""
    config.stash[SELECTED] = True
    if _worker(config):
        items.sort(key=lambda item: isinstance(item, ScenarioItem) and item.exclusive)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Give nothing out to run where the selection has failed, as ``-k`` with what is no expression: nobody meant all.

    pytest ends such a session, but a worker has told its distributor of everything by then.
    """
    if _worker(session.config) and SELECTED not in session.config.stash:
        session.items.clear()
        session.config.workeroutput[_SLIP] = str(sys.exc_info()[1] or "")  # type: ignore[attr-defined] # of xdist


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what a worker could not make sense of: xdist ends such a run as one in which there was nothing to do."""
    if slip := getattr(node, "workeroutput", {}).get(_SLIP):
        node.config.stash[SLIP] = slip


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Plan what a worker has collected, and stand the platform up before anything is given out to run."""
    scenarios = [nodeid for nodeid in ids if nodeid.partition("::")[0].endswith(".feature")]
    if scenarios and not _rehearses(node.config):
        _begin(node.config, scenarios)
        _stand_up(node.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Once it is known what will run, say so and stand the platform up."""
    config = session.config
    wanted = [item.nodeid for item in session.items if isinstance(item, ScenarioItem)]
    if not wanted or _rehearses(config):
        return
    if _worker(config):
        config.stash[RESULTS].plan(wanted)
        return
    _begin(config, wanted)
    if not session.testsfailed or config.option.continue_on_collection_errors:
        _stand_up(config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the verdicts, hold them to what is required, and take down what was stood up.

    Comes last, when every process that ran scenarios has ended and every fixture was left.
    """
    config = session.config
    if _worker(config):
        config.stash[TRIAL].close()
        return
    if reporter := config.pluginmanager.getplugin("terminalreporter"):
        reporter.ensure_newline()  # the last scenario's line is not ended yet
    if slip := config.stash.get(SLIP, ""):
        session.exitstatus = pytest.ExitCode.USAGE_ERROR
        Progress().line(f"ERROR: {slip}", style="red")
    try:
        _write_reports(config)
    except OSError as error:
        session.exitstatus = BROKE
        Progress().line(f"the reports could not be written: {error}", style="red")
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) and _falls_short(config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    try:
        config.stash[TRIAL].take_down(Progress(), keep=config.getoption("--keep"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run says so and its exit code too
        session.exitstatus = BROKE
        Progress().line(f"the platform could not be left in order: {error}. Run `seatrial sweep`.", style="red")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the sum of the run."""
    results = config.stash[RESULTS].all()
    if results:
        terminalreporter.section(f"verdict on {config.getoption('--target')}")
        for line in console.lines(results, _required(config)):
            terminalreporter.line(line)
        if config.stash[WRITER].begun:
            page = paths.home(config) / "index.html"
            terminalreporter.line(f"the report is in {os.path.relpath(page)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a scenario have its turn on the platform, undoing included."""
    if not isinstance(item, ScenarioItem):
        return (yield)
    begin(item)
    with item.config.stash[TRIAL].turn(exclusive=item.exclusive):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything is disturbed, put right what a crash has left, and say what cannot be proven on this target."""
    if not isinstance(item, ScenarioItem) or item.problem or _rehearses(item.config):
        return
    trial = item.config.stash[TRIAL]
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
        interrupted(item)
        item.config.stash[RESULTS].interrupted(item)
        raise
    see_that_it_looked()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """What fails from here on is not a step."""
    if isinstance(item, ScenarioItem):
        item.stash[CURRENT_STEP] = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the verdict onto the report."""
    if not isinstance(item, ScenarioItem) or _rehearses(item.config):
        return (yield)
    if call.excinfo is not None and call.excinfo.errisinstance(NotProvableError) and call.when != "teardown":
        call.excinfo = _as_skip(str(call.excinfo.value))
    report = yield
    if report.failed and call.excinfo is not None:
        shown = str(item.repr_failure(call.excinfo))  # pytest asks the item only when the call has failed
        if report.when == "teardown":
            keep_evidence(item, shown)
        report.longrepr = terminal(MASK.text(shown))
        if name := item.stash.get(EVIDENCE, ""):
            report.longrepr += f"\n  Evidence: {os.path.relpath(paths.folder(item.config) / name)}/"
    report.sections = [(title, MASK.text(content)) for title, content in report.sections]
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


def _named(config: pytest.Config) -> tuple[str, str]:
    """Settle which team and target are meant, for whoever asks for the options, and give them."""
    try:
        config.option.team = settings.team(config.rootpath, config.getoption("--team"))
        config.option.target = settings.target(config.rootpath, config.getoption("--target"))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    return config.option.team, config.option.target


def _refuse_reporters_that_lose_scenarios(config: pytest.Config) -> None:
    """Refuse what pytest-bdd cannot do right, and say what to use instead."""
    if config.getoption("cucumber_json_path", None):
        raise pytest.UsageError(
            "--cucumberjson: pytest-bdd drops scenarios from it, and with -n it is empty; "
            f"every run writes {config.getoption('--report')}/<target>/messages.ndjson, Cucumber's own format"
        )
    if config.getoption("gherkin_terminal_reporter", False) and config.getoption("numprocesses", None):
        raise pytest.UsageError("--gherkin-terminal-reporter: pytest-bdd has it in one process only; leave -n out")


def _stand_up(config: pytest.Config) -> None:
    trial = config.stash[TRIAL]
    try:
        trial.stand_up(Progress())
        config.stash[WRITER].draw(trial.picture())
    except KeyboardInterrupt:
        _diagnose(config, "interrupted while the platform was stood up")
        raise
    except Exception as error:
        reason = MASK.text(f"the platform could not be provisioned: {error}")
        config.stash[RESULTS].fail_all(reason)
        _diagnose(config, reason)
        if distributor := config.pluginmanager.getplugin("dsession"):
            distributor.triggershutdown()  # workers that wait for work would be waited for in turn
        if isinstance(error, SeatrialError | UnmetError):
            code = pytest.ExitCode.USAGE_ERROR if isinstance(error, UsageError) else BROKE
            pytest.exit(terminal(MASK.text(str(error))), returncode=code)
        raise


def _diagnose(config: pytest.Config, reason: str) -> None:
    """Keep what helps to find out why there is no platform to try."""
    if not config.stash[WRITER].begun:
        return
    with suppress(OSError, StateError):
        evidence.keep(paths.folder(config) / "evidence" / "provisioning", reason, None, config.stash[TRIAL].diagnose)


def _begin(config: pytest.Config, scenarios: Iterable[str]) -> None:
    """Say what is planned, unless it is known already that there will be no platform of that name.

    Nothing of an earlier run is touched before: a slip of the command line leaves its reports alone.
    """
    try:
        _ = config.stash[TRIAL].provisioning
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[RESULTS].plan(scenarios)
    try:
        config.stash[WRITER].begin()
    except (OSError, StateError) as error:
        where = config.getoption("--report")
        raise pytest.UsageError(f"--report {where}: cannot be written to: {error}") from error


def _rehearses(config: pytest.Config) -> bool:
    """Say whether pytest only shows what it would do.

    Raises:
        pytest.UsageError: If fixtures are to be made that need a platform, for nothing to be judged by them.
    """
    option = config.option
    if option.setuponly and not option.setupplan:
        raise pytest.UsageError(
            "--setup-only: a platform would be stood up and nothing judged; --setup-plan shows what fixtures there are"
        )
    return bool(option.collectonly or option.setupplan)


def _write_reports(config: pytest.Config) -> None:
    trial, writer = config.stash[TRIAL], config.stash[WRITER]
    if writer.begun:
        if trial.standing:
            writer.draw(trial.picture())
        writer.finish()


def _falls_short(config: pytest.Config) -> bool:
    results = config.stash[RESULTS].all()
    return bool(console.falling_short(results, _required(config)))


def _required(config: pytest.Config) -> Requirement | None:
    required = config.getoption("--require")
    return Requirement(required) if required else None


def _as_skip(reason: str) -> pytest.ExceptionInfo[BaseException]:
    with pytest.raises(pytest.skip.Exception) as skipped:
        raise pytest.skip.Exception(reason, _use_item_location=True)
    return skipped


def _terminate(_signal: int, _frame: object) -> NoReturn:
    """Take SIGTERM as Ctrl-C: evidence is kept and everything is undone."""
    raise KeyboardInterrupt


def _end_with_parent(parent: int) -> None:
    """End a worker at once when the run that it works for was killed: what it does then would be nobody's."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)  # POSIX has no wait for a parent
    os.kill(os.getpid(), signal.SIGKILL)


def _worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")

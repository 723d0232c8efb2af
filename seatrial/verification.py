"""One session of verification: what is planned, stood up, judged, written and taken down."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest

from seatrial.checks.convergence import UnmetError
from seatrial.errors import SeatrialError, StateError, UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.provisioning.progress import Progress
from seatrial.report import console, grouping, sabotaged
from seatrial.report.gating import Gating
from seatrial.report.text import part_of
from seatrial.report.writer import Writer
from seatrial.scenarios import evidence, paths
from seatrial.scenarios.collection import ScenarioItem
from seatrial.scenarios.gate import GATE
from seatrial.scenarios.requests import Requests
from seatrial.scenarios.results import Results
from seatrial.scenarios.session import Trial, rehearses
from seatrial.scenarios.sharding import Sharding
from seatrial.scenarios.verdict import Requirement

_SLIP, _SENT = "seatrial_slip", "seatrial_sent"

_TOLD = "the report's evidence/provisioning/failure.txt says where"

BROKE = 3
"""The exit code when the platform could not be provisioned: pytest's own for an internal error."""


class Verification:
    """A plugin of its own for one session; in a worker of xdist it only judges, and its distributor does the rest.

    Args:
        config: pytest's configuration.
        trial: The platform under trial.
        results: The verdicts.
        writer: The reports.
        shards: Which part of a run it is, if not all of it.
    """

    def __init__(self, config: pytest.Config, trial: Trial, results: Results, writer: Writer, shards: Sharding) -> None:
        self._config = config
        self._trial = trial
        self._results = results
        self._writer = writer
        self._shards = shards
        self._selected = False  # whether it was settled which of what was collected is to run
        self._slip = ""
        self._requests = Requests()
        self._refused = False  # whether the session ends with the reason why there is no platform
        if not is_worker(config):
            results.tell(writer.refresh)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put disruptive scenarios last when several processes run, so that they seldom wait for one another."""
        self._selected = True
        if is_worker(self._config):
            items.sort(key=lambda item: isinstance(item, ScenarioItem) and item.exclusive)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Give nothing out where the selection has failed, as ``-k`` with what is no expression: nobody meant all.

        pytest ends such a session, but a worker has told its distributor of everything by then.
        """
        if is_worker(self._config) and not self._selected:
            session.items.clear()
            self._config.workeroutput[_SLIP] = str(sys.exc_info()[1] or "")  # type: ignore[attr-defined] # of xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Keep what a worker could not make sense of: xdist ends such a run as one in which there was nothing to do."""
        output = getattr(node, "workeroutput", {})
        self._requests.add(output.get(_SENT), ended=_SENT in output)
        if slip := output.get(_SLIP):
            self._slip = slip

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Plan what a worker has collected, and stand the platform up before anything is given out to run."""
        scenarios = [nodeid for nodeid in ids if nodeid.partition("::")[0].endswith(".feature")]
        if scenarios and not rehearses(self._config):
            self._begin(scenarios)
            self._stand_up()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Once it is known what will run, say so and stand the platform up."""
        wanted = [item.nodeid for item in session.items if isinstance(item, ScenarioItem)]
        if not wanted or rehearses(self._config):
            return
        if is_worker(self._config):
            self._results.plan(wanted)
            return
        self._begin(wanted)
        if not session.testsfailed or self._config.option.continue_on_collection_errors:
            self._stand_up()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the verdicts, hold them to what is required, and take down what was stood up.

        Comes last, when every process that ran scenarios has ended and every fixture was left.
        """
        if is_worker(self._config):
            self._trial.close()
            self._config.workeroutput[_SENT] = self._trial.sent  # type: ignore[attr-defined] # of xdist
            return
        if reporter := self._config.pluginmanager.getplugin("terminalreporter"):
            reporter.ensure_newline()  # the last scenario's line is not ended yet
        if self._slip:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            Progress().line(f"ERROR: {self._slip}", style="red")
        try:
            self._write_reports()
        except OSError as error:
            session.exitstatus = BROKE
            Progress().line(f"the reports could not be written: {error}", style="red")
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) and self._gating().red(
            self._results.all()
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        try:
            self._trial.take_down(Progress(), keep=self._config.getoption("seatrial_keep"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the run says so and its exit code too
            session.exitstatus = BROKE
            Progress().line(f"the platform could not be left in order: {error}. Run `seatrial sweep`.", style="red")
        self._requests.add(self._trial.sent)
        if self._requests.writes and not self._trial.claimed:
            session.exitstatus = BROKE

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the sum of the run."""
        results = self._results.all()
        if told := console.waived(results):
            terminalreporter.section("waived failures")
            for line in told:
                terminalreporter.line(line)
        if results:
            terminalreporter.section(f"verdict on {self._trial.target}")
            for line in console.lines(results, self._gating(), said=self._refused):
                terminalreporter.line(line)
            if shard := self._shards.plain():
                terminalreporter.line(part_of(shard, len(results)))
            if broken := sabotaged.summed(paths.folder(self._config)):
                terminalreporter.line(f"sabotage of {broken['began']}: {sabotaged.line(broken)}")
            if self._writer.begun:
                page = paths.home(self._config) / "index.html"
                terminalreporter.line(f"the report is in {os.path.relpath(page)}")
            if where := self._trial.looked_at:
                within = f", in {', '.join(self._trial.claimed)} alone" if self._trial.claimed else ""
                terminalreporter.line(terminal(MASK.text(f"{where}: {self._requests}{within}")))

    def _stand_up(self) -> None:
        try:
            self._trial.stand_up(Progress())
            self._writer.draw(self._trial.picture())
        except KeyboardInterrupt:
            self._diagnose("interrupted while the platform was stood up")
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one message, and where is kept as evidence
            reason = MASK.text(f"the platform could not be provisioned: {error}")
            self._results.fail_all(reason)
            self._refused = True
            foreseen = isinstance(error, SeatrialError | UnmetError)
            self._diagnose(reason if foreseen else f"{reason}\n\n{''.join(traceback.format_exception(error))}")
            if distributor := self._config.pluginmanager.getplugin("dsession"):
                distributor.triggershutdown()  # workers that wait for work would be waited for in turn
            if foreseen:
                code = pytest.ExitCode.USAGE_ERROR if isinstance(error, UsageError) else BROKE
                pytest.exit(terminal(MASK.text(str(error))), returncode=code)
            pytest.exit(terminal(MASK.text(f"{reason} ({type(error).__name__}); {_TOLD}")), returncode=BROKE)

    def _diagnose(self, reason: str) -> None:
        """Keep what helps to find out why there is no platform to try."""
        if not self._writer.begun:
            return
        with suppress(OSError, StateError):
            evidence.keep(paths.folder(self._config) / "evidence" / "provisioning", reason, None, self._trial.diagnose)

    def _begin(self, scenarios: Iterable[str]) -> None:
        """Say what is planned, unless it is known already that there will be no platform of that name.

        Nothing of an earlier run is touched before: a slip of the command line leaves its reports alone.
        """
        try:
            _ = self._trial.provisioning
        except UsageError as error:
            raise pytest.UsageError(terminal(str(error))) from error
        self._results.plan(scenarios)
        try:
            self._writer.begin()
        except (OSError, StateError) as error:
            where = self._config.getoption("seatrial_report")
            raise pytest.UsageError(f"--report {where}: cannot be written to: {error}") from error

    def _write_reports(self) -> None:
        if self._writer.begun:
            if self._trial.standing:
                self._writer.draw(self._trial.picture())
            self._writer.finish()

    def _gating(self) -> Gating:
        required = self._config.getoption("seatrial_require")
        groups = grouping.Grouping()
        with suppress(UsageError):  # `seatrial lint` says what is wrong with it
            groups = grouping.read(self._config.rootpath)
        return Gating(self._config.stash[GATE], groups, Requirement(required) if required else None)


def is_worker(config: pytest.Config) -> bool:
    """Return whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")

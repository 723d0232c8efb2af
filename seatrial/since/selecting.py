"""The part of a session that leaves in what a change may concern, and says why of each scenario."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from seatrial.errors import UsageError
from seatrial.escaping import one_line, terminal
from seatrial.provisioning import settings as project
from seatrial.report import grouping, looked
from seatrial.report.gating import Gating
from seatrial.repository import git
from seatrial.scenarios.collection import WORDS, ScenarioItem
from seatrial.scenarios.gate import GATE
from seatrial.scenarios.verdict import HOLDS, Requirement, Result, Verdict
from seatrial.since import settings
from seatrial.since.choosing import Candidate, Choice, Chooser

SINCE = pytest.StashKey["Since"]()
_SENT = "seatrial_since"


class Since:
    """A plugin of its own for one session.

    Args:
        revision: The commit since which is looked; None for a run of all.
        folder: The folder of the target's reports.
        say: Is told a line of each scenario.

    Attributes:
        left_out: How many scenarios the change does not concern.
    """

    def __init__(self, revision: str | None, folder: Path, say: Callable[[str], None]) -> None:
        self._revision, self._folder, self._say = revision, folder, say
        self._told: list[str] = []
        self.left_out = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        """See that every part of a run can come to the same selection.

        Raises:
            pytest.UsageError: If it would rest on what one machine remembers.
        """
        if self._revision is not None and config.getoption("seatrial_shard"):
            raise pytest.UsageError(
                "--since: what was looked at is known to one machine, and all parts have to agree: leave --shard out"
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Choose among what is selected by then.

        Raises:
            pytest.UsageError: If the commit is none, or the settings are wrong.
        """
        scenarios = [item for item in items if isinstance(item, ScenarioItem)]
        if self._revision is None or not scenarios:
            return
        try:
            choices = self._choose(config.rootpath, self._revision, scenarios)
        except UsageError as error:
            raise pytest.UsageError(terminal(str(error))) from error
        out = [one for one in scenarios if not choices[one.nodeid].runs]
        if out:
            config.hook.pytest_deselected(items=out)
            items[:] = [item for item in items if item not in out]
        self._tell(
            [*_lines(choices), f"since {self._revision}: {len(scenarios) - len(out)} of {len(scenarios)} run"], len(out)
        )
        if hasattr(config, "workeroutput"):
            config.workeroutput[_SENT] = [self._told, self.left_out]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Say what a worker has chosen, as they all have: nothing is chosen where they are distributed."""
        if not self._told and (sent := getattr(node, "workeroutput", {}).get(_SENT)):
            self._tell(*sent)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End well where nothing has to run: all that is left out held when it was last run."""
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.left_out:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say at the end how much the verdict does not speak of."""
        if self.left_out:
            count = f"{self.left_out} scenario{'s' * (self.left_out > 1)}"
            terminalreporter.line(f"left out by --since: {count}; each held when it was last run")

    def _tell(self, lines: list[str], left_out: int) -> None:
        self._told, self.left_out = lines, left_out
        for line in lines:
            self._say(one_line(line))

    def _choose(self, root: Path, revision: str, scenarios: Sequence[ScenarioItem]) -> dict[str, Choice]:
        record = self._folder / looked.NAME
        if git(root, "ls-files", "--error-unmatch", "--", str(record)) is not None:
            raise UsageError(
                f"--since {one_line(revision)[:80]}: {record} is in the repository, where whoever changes the project "
                "could have written what held; expected it beside the checkout: `git rm --cached` it, and ignore it"
            )
        known = looked.read(self._folder)
        gating = _gating(scenarios[0].config)
        candidates = [_candidate(root, one, _due(gating, one, known.get(one.nodeid))) for one in scenarios]
        return Chooser(root, revision, known, settings.read(root), _foundations(root)).choose(candidates)


def _lines(choices: Mapping[str, Choice]) -> list[str]:
    return [f"{'run' if choice.runs else 'left out'}  {nodeid}: {choice.why}" for nodeid, choice in choices.items()]


def _gating(config: pytest.Config) -> Gating:
    required = config.getoption("seatrial_require")
    return Gating(config.stash[GATE], grouping.read(config.rootpath), Requirement(required) if required else None)


def _due(gating: Gating, item: ScenarioItem, known: looked.Looked | None) -> str:
    """Say why a scenario runs again although it held: the gate of this run asks for more than was seen."""
    if known is None or known["verdict"] not in HOLDS:
        return ""
    planned, file = item.planned, item.nodeid.partition("::")[0]
    seen = Result(item.nodeid, Verdict(known["verdict"]), scenario=planned.name, file=file, tags=sorted(planned.tags))
    if gating.red([seen]):
        return f"when it was last run it was {known['verdict']}, and more is required"
    return "how long it may take is limited" if gating.limited(seen) else ""


def _candidate(root: Path, item: ScenarioItem, due: str) -> Candidate:
    files = item.session.stash[WORDS].files(item.planned.scenario.steps)
    own = (Path(file).relative_to(root) for file in files if Path(file).is_relative_to(root))
    return Candidate(item.nodeid, item.nodeid.partition("::")[0], frozenset(file.as_posix() for file in own), due)


def _foundations(root: Path) -> list[str]:
    module = project.read(root).provisioning.partition(":")[0].replace(".", os.sep)
    return ["conftest.py", *([f"{module}.py", f"{module}{os.sep}__init__.py"] if module else [])]

"""Runs scenarios as a user does, and reads the verdicts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.provisioning.processes import MARK
from tests.sabotage.names import checked
from tests.sabotage.site import LIMIT, Break, Site, frozen, until
from tests.sabotage.table import Round, Sabotage

ROOT = Path(__file__).resolve().parents[2]
_FAILED = 1


@dataclass
class Outcome:
    """What one run said: its exit code, its output, and every scenario's entry of verdict.json by its id."""

    code: int
    output: str
    scenarios: dict[str, dict[str, Any]]
    named: dict[Break, tuple[str, ...]] = field(default_factory=dict)

    def entry(self, scenario: str) -> dict[str, Any]:
        """Return what verdict.json says of a scenario; its absence with all that the run printed."""
        assert scenario in self.scenarios, f"no verdict on {scenario} (exit code {self.code}):\n{self.output}"
        return self.scenarios[scenario]


class Runs:
    """Breaks round by round, each when first asked for.

    Args:
        site: The platform.
        reports: Where the runs' reports go.
        rounds: All rounds.
    """

    def __init__(self, site: Site, reports: Path, rounds: Sequence[Round]) -> None:
        self._site = site
        self._reports = reports
        self._rounds = rounds
        self._outcomes: dict[str, Outcome] = {}
        self._troubles: dict[str, Exception] = {}

    def broken(self, round_: Round) -> Outcome:
        """Make a round's breaks, run its scenarios, and undo the breaks."""
        if round_.name in self._troubles:
            raise self._troubles[round_.name]
        if round_.name not in self._outcomes:
            try:
                self._outcomes[round_.name] = self._break(round_)
            except Exception as error:
                self._troubles[round_.name] = error
                raise
        return self._outcomes[round_.name]

    def see_noticed(self, round_: Round, sabotage: Sabotage) -> None:
        """See that the scenario fails, that the run ends with 1, and that its message has every name and every word."""
        outcome = self.broken(round_)
        found = outcome.entry(sabotage.scenario)
        assert (_FAILED, "failed") == (outcome.code, found["verdict"]), outcome.output
        named = () if sabotage.by_words else outcome.named[sabotage.break_]
        assert [] == [word for word in (*named, *sabotage.words) if word not in found["reason"]], found["reason"]

    def whole(self) -> Outcome:
        """Run the scenarios of all rounds on the platform as it is when nothing is broken."""
        if "whole" not in self._outcomes:
            scenarios = [s.scenario for round_ in self._rounds for s in round_.sabotages]
            until("the platform is whole", lambda: not self._site.actuators.unwhole())
            self._outcomes["whole"] = self._run("whole", scenarios, patience=1.0)
        return self._outcomes["whole"]

    def _break(self, round_: Round) -> Outcome:
        until(f"the platform is whole before {round_.name}", lambda: not self._site.actuators.unwhole())
        until(f"every node is checked before {round_.name}", lambda: checked(self._site))
        with ExitStack() as stack:
            for process in round_.frozen:
                stack.enter_context(frozen(self._site, process))
            breaks = dict.fromkeys(s.break_ for s in round_.sabotages)
            named = {break_: stack.enter_context(break_(self._site)) for break_ in breaks}
            outcome = self._run(round_.name, (s.scenario for s in round_.sabotages), patience=round_.patience)
        outcome.named = named
        return outcome

    def _run(self, name: str, scenarios: Iterable[str], *, patience: float) -> Outcome:
        report = self._reports / name.replace(" ", "-")
        argv = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--seatrial-team={self._site.platform.team}",
        ]
        argv += [
            f"--seatrial-target={self._site.platform.target}",
            f"--seatrial-patience={patience}",
            f"--seatrial-report={report}",
        ]
        argv += dict.fromkeys(scenarios)
        env = {key: value for key, value in os.environ.items() if key != MARK and not key.startswith("PYTEST_")}
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, timeout=10 * LIMIT, check=False)
        verdict = report / self._site.platform.target / "verdict.json"
        entries = json.loads(verdict.read_text("utf-8"))["scenarios"] if verdict.exists() else []
        return Outcome(done.returncode, done.stdout + done.stderr, {e["nodeid"]: e for e in entries})

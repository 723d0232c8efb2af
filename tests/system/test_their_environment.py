"""The target `local` needs no account, and nothing that somebody has set for one of theirs reaches it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import nonsense

from .sandbox import Sandbox, outstanding

pytestmark = pytest.mark.long

TEAM = "theirs"
FEATURES = ("features/cluster/machines.feature", "features/dns/records.feature", "features/access", "features/storage")
LOST = "features/quorum/losing_masters.feature::One master is lost"
LEADS = "features/quorum/losing_masters.feature::One of them leads"
GREEN = {"proven", "simulated", "not provable"}


def test_a_standup_and_ten_scenarios(sandbox: Sandbox, tmp_path: Path) -> None:
    """A platform stands up, ten scenarios and more hold, and a fault is undone, with every setting nonsense."""
    sandbox.environ |= nonsense.environment(tmp_path)
    code, said = sandbox.run("up", f"--team={TEAM}")
    assert 0 == code, said
    code, said = sandbox.run("verify", f"--team={TEAM}", *FEATURES, f"--basetemp={tmp_path / 'base'}")
    assert 0 == code, said
    scenarios = json.loads((sandbox.root / "report" / "local" / "verdict.json").read_text())["scenarios"]
    verdicts = [scenario["verdict"] for scenario in scenarios]
    assert set(verdicts) <= GREEN
    assert 10 <= len([verdict for verdict in verdicts if verdict != "not provable"])
    code, said = sandbox.run("verify", f"--team={TEAM}", LOST)
    assert 0 == code, said
    assert 0 == sandbox.run("down", f"--team={TEAM}")[0]
    assert [] == sandbox.left()


def test_a_fault_is_undone_in_another_environment(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whoever injected it was killed, and every setting has become nonsense before somebody comes to undo it."""
    known = dict(sandbox.environ)
    assert 0 == sandbox.run("up", f"--team={TEAM}")[0]
    for later in (known | nonsense.environment(tmp_path), known):
        trial = sandbox.start("verify", f"--team={TEAM}", LOST)
        sandbox.wait(trial, lambda: outstanding(sandbox, TEAM))
        sandbox.kill(trial)
        assert outstanding(sandbox, TEAM)
        sandbox.environ = later
        code, said = sandbox.run("verify", f"--team={TEAM}", LEADS)
        assert (0, {"proven"}) == (code, set(sandbox.verdicts().values())), said
        assert "left by a" in said
        assert not outstanding(sandbox, TEAM)
    assert 0 == sandbox.run("down", f"--team={TEAM}")[0]
    assert [] == sandbox.left()

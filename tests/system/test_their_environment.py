"""The target `local` needs no account, and nothing that somebody has set for one of theirs reaches it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import nonsense

from .sandbox import Sandbox

pytestmark = pytest.mark.slow

TEAM = "theirs"
FEATURES = ("features/cluster/machines.feature", "features/dns/records.feature", "features/access", "features/storage")
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
    lost = "features/quorum/losing_masters.feature::One master is lost"
    code, said = sandbox.run("verify", f"--team={TEAM}", lost)
    assert 0 == code, said
    assert 0 == sandbox.run("down", f"--team={TEAM}")[0]
    assert [] == sandbox.left()

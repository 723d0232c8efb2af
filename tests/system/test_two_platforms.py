"""Two platforms at once: both are judged at once, neither is taken for the other, and one goes without the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sandbox import Sandbox

pytestmark = pytest.mark.long
ONE, TWO = "twin-one", "twin-two"
_FEATURES = ("features/dns/records.feature", "features/isolation/teams.feature")
_GREEN = {"proven", "simulated", "not provable"}


@pytest.fixture(scope="module")
def twins() -> Iterator[Sandbox]:
    """A copy of the project with two platforms, stood up at once, each on addresses that it picked itself."""
    with tempfile.TemporaryDirectory(prefix="seatrial-system-") as folder:
        made = Sandbox(Path(folder))
        try:
            commands = [made.start("up", f"--team={team}") for team in (ONE, TWO)]
            said = [command.communicate()[0] for command in commands]
            assert [0, 0] == [command.returncode for command in commands], said
            yield made
        finally:
            made.end()
        assert [] == made.left()


def test_verified_at_once(twins: Sandbox) -> None:
    """Both are green."""
    blocks = {team: twins.state(team, "addresses")["block"] for team in (ONE, TWO)}
    assert blocks[ONE] != blocks[TWO]
    commands = {team: twins.start("verify", f"--team={team}", f"--report=report/{team}", *_FEATURES) for team in blocks}
    said = {team: command.communicate()[0] for team, command in commands.items()}
    assert {ONE: 0, TWO: 0} == {team: command.returncode for team, command in commands.items()}, said
    assert twins.verdicts(f"report/{ONE}") == twins.verdicts(f"report/{TWO}")
    assert _GREEN >= set(twins.verdicts(f"report/{ONE}").values())


def test_another_platforms_kubeconfig(twins: Sandbox) -> None:
    """A cluster without this platform's own mark is refused before anything is disturbed, and named."""
    _, foreign = twins.run("kubeconfig", f"--team={TWO}")
    scenario = "features/quorum/losing_masters.feature::One master is lost"
    code, said = twins.run("verify", f"--team={ONE}", f"--kubeconfig={foreign.strip()}", scenario)
    assert 3 == code
    assert f"refused to try {ONE} on local: the cluster carries the mark of '{TWO}', not of this platform" in said
    assert "Traceback" not in said
    assert not (twins.root / ".seatrial" / ONE / "journal.jsonl").exists() or "stop-instances" not in _journal(twins)


def test_one_goes(twins: Sandbox) -> None:
    """What is left of the two is whole."""
    assert 0 == twins.run("down", f"--team={ONE}")[0]
    assert [TWO] == [path.name for path in (twins.root / ".seatrial").glob("[!.]*")]
    code, said = twins.run(
        "verify", f"--team={TWO}", "features/isolation/teams.feature", "features/drift/drift.feature"
    )
    assert 0 == code, said
    assert _GREEN >= set(twins.verdicts().values())


def _journal(twins: Sandbox) -> str:
    return (twins.root / ".seatrial" / ONE / "journal.jsonl").read_text()

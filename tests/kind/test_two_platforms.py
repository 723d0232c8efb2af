"""Two platforms on real nodes at once: both are judged at once, and one goes without the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provision.engine import Engine
from tests.kind.standing import sandbox_on
from tests.system.sandbox import Sandbox

pytestmark = [pytest.mark.kind, pytest.mark.slow]
ONE, TWO = "twin-one", "twin-two"
FEATURES = ("features/dns/records.feature", "features/ingress/routing.feature", "features/isolation/teams.feature")
GREEN = {"proven", "simulated", "not provable"}
PATIENCE = "--patience=3"  # two platforms, with the cores of one


@pytest.fixture(scope="module")
def twins(engine: Engine) -> Iterator[Sandbox]:
    """A copy of the project with two platforms, stood up at once."""
    with sandbox_on(engine) as made:
        commands = [made.start("up", f"--team={team}", "--target=kind") for team in (ONE, TWO)]
        said = [command.communicate()[0] for command in commands]
        assert [0, 0] == [command.returncode for command in commands], said
        yield made


def test_verified_at_once(twins: Sandbox) -> None:
    """Both are green, with the same verdicts."""
    commands = {
        team: twins.start("verify", f"--team={team}", "--target=kind", PATIENCE, f"--report=report/{team}", *FEATURES)
        for team in (ONE, TWO)
    }
    said = {team: command.communicate()[0] for team, command in commands.items()}
    assert {ONE: 0, TWO: 0} == {team: command.returncode for team, command in commands.items()}, said
    verdicts = [twins.verdicts(f"report/{team}", "kind") for team in (ONE, TWO)]
    assert verdicts[0] == verdicts[1]
    assert GREEN >= set(verdicts[0].values())


def test_one_goes(twins: Sandbox) -> None:
    """What is left of the two is whole."""
    code, said = twins.run("down", f"--team={ONE}")
    assert 0 == code, said
    assert [TWO] == [path.name for path in (twins.root / ".seatrial").glob("[!.]*")]
    code, said = twins.run("verify", f"--team={TWO}", "--target=kind", PATIENCE, *FEATURES)
    assert 0 == code, said
    assert GREEN >= set(twins.verdicts(target="kind").values())

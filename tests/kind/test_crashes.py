"""A command killed at any moment on real nodes: a sweep leaves nothing in engine, packet filter or elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provision.engine import Engine
from provision.images.node import built_name
from tests import nonsense
from tests.kind.standing import standing
from tests.system.sandbox import Sandbox, outstanding

pytestmark = pytest.mark.kind

TEAM = "crashed"
POWER_LOST = "features/outages/visitors.feature::A node loses its power"
LEADS = "features/quorum/losing_masters.feature::One of them leads"

Seen = Callable[[Sandbox, Engine], object]


@pytest.fixture(scope="module")
def sandbox(engine: Engine) -> Iterator[Sandbox]:
    """A copy of the project."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    with tempfile.TemporaryDirectory(prefix="seatrial-kind-") as folder:
        made = Sandbox(Path(folder))
        yield made
        made.end()


@pytest.fixture(autouse=True)
def _nothing_left(engine: Engine, sandbox: Sandbox) -> Iterator[None]:
    before = standing(engine)
    yield
    code, said = sandbox.run("sweep")
    assert (0, [], set()) == (code, sandbox.left(), standing(engine) - before), said


def _network(_sandbox: Sandbox, engine: Engine) -> object:
    return f"seatrial-{TEAM}" in engine.names("network")


def _a_node(_sandbox: Sandbox, engine: Engine) -> object:
    return engine.names("container", f"label=io.x-k8s.kind.cluster={TEAM}")


def _step(number: int) -> Seen:
    return lambda sandbox, _engine: sandbox.state(TEAM, "standup").get("steps", {}).get(str(number))


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(_network, id="the network is there"),
        pytest.param(_a_node, id="kind is making nodes"),
        pytest.param(_step(4), id="backing services are deployed", marks=pytest.mark.slow),
    ],
)
def test_up_is_killed_once(sandbox: Sandbox, engine: Engine, seen: Seen) -> None:
    """Whatever it was about: what it has begun is found by its name and its mark."""
    command = sandbox.start("up", f"--team={TEAM}", "--target=kind")
    sandbox.wait(command, lambda: seen(sandbox, engine))
    sandbox.kill(command)


@pytest.mark.slow
def test_verify_and_down_are_killed(sandbox: Sandbox, tmp_path: Path) -> None:
    """Up goes on after a kill; verify undoes first what a killed one has left; down may be killed as well.

    Every setting is nonsense from the beginning; those by which the engine was found become so before the undoing.
    """
    sandbox.environ |= nonsense.environment(tmp_path)
    command = sandbox.start("up", f"--team={TEAM}", "--target=kind")
    sandbox.wait(command, lambda: sandbox.state(TEAM, "standup").get("steps", {}).get("2"))
    sandbox.kill(command)
    code, said = sandbox.run("up", f"--team={TEAM}", "--target=kind")
    assert 0 == code, said

    command = sandbox.start("verify", f"--team={TEAM}", "--target=kind", POWER_LOST)
    sandbox.wait(command, lambda: outstanding(sandbox, TEAM))
    sandbox.kill(command)
    assert outstanding(sandbox, TEAM)
    sandbox.environ |= {"DOCKER_HOST": "tcp://127.0.0.1:9", "DOCKER_CONTEXT": "elsewhere"}
    code, said = sandbox.run("verify", f"--team={TEAM}", "--target=kind", LEADS)
    assert 0 == code, said
    assert "left by a" in said
    assert not outstanding(sandbox, TEAM)

    command = sandbox.start("down", f"--team={TEAM}")
    sandbox.wait(command, lambda: not sandbox.state(TEAM, "processes/moto"))
    sandbox.kill(command)

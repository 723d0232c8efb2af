"""A command killed at any moment leaves nothing that a sweep does not remove, and nothing that stops the next."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from seatrial import contained

from .sandbox import Sandbox, outstanding

pytestmark = pytest.mark.long
TEAM = "crashed"
_QUORUM = "features/quorum/losing_masters.feature"


@pytest.fixture(autouse=True)
def _nothing_left(sandbox: Sandbox) -> Iterator[None]:
    yield
    code, said = sandbox.run("sweep")
    assert (0, []) == (code, sandbox.left()), said


@pytest.mark.parametrize("seconds", [0.2, 1.0, 3.0, 6.0, 10.0])
def test_up_is_killed_after(sandbox: Sandbox, seconds: float) -> None:
    """Whatever it was about: programs that are found, kops at work, processes half started, objects half applied."""
    command = sandbox.start("up", f"--team={TEAM}")
    time.sleep(seconds)  # the moment is the point
    sandbox.kill(command)


@pytest.mark.parametrize("step", [1, 3])
def test_up_is_killed_between_two_steps(sandbox: Sandbox, step: int) -> None:
    """A step is recorded as done, and the next is not yet."""
    command = sandbox.start("up", f"--team={TEAM}")
    sandbox.wait(command, lambda: sandbox.state(TEAM, "standup").get("steps", {}).get(str(step), {}).get("done"))
    sandbox.kill(command)


def test_up_is_killed_while_it_is_locked(sandbox: Sandbox) -> None:
    """A platform directory with nothing but a lock, or damaged records, or one that is empty, is swept."""
    home = sandbox.root / ".seatrial"
    contained.make_root(home, below=sandbox.root)
    (home / "empty").mkdir()
    (home / "locked").mkdir()
    (home / "locked" / "lock").write_text("1\n")
    (home / "damaged" / "processes").mkdir(parents=True)
    (home / "damaged" / "platform.json").write_text('{"target": "lo')
    (home / "damaged" / "processes" / "machines.json").write_text('{"argv": ["py')
    (home / "damaged" / "processes" / ".moto.json.x1").write_text("")
    code, said = sandbox.run("sweep")
    assert (0, []) == (code, sandbox.left()), said
    assert [f"state of {team}" for team in ("damaged", "empty", "locked")] == [
        line.removeprefix("removed ") for line in said.splitlines() if line.startswith("removed ")
    ]


def test_a_life_of_crashes(sandbox: Sandbox) -> None:
    """Up resumes; verify undoes first what a killed one has left; what is at work is not swept; down may be killed."""
    command = sandbox.start("up", f"--team={TEAM}")
    sandbox.wait(command, lambda: sandbox.state(TEAM, "standup").get("steps", {}).get("2", {}).get("done"))
    _, said = sandbox.run("sweep")
    assert f"the platform {TEAM} is in use by another seatrial command (pid {command.pid})" in said
    assert command.poll() is None
    sandbox.kill(command)
    assert 0 == sandbox.run("up", f"--team={TEAM}")[0]

    for number in (signal.SIGKILL, signal.SIGTERM):
        trial = sandbox.start("verify", f"--team={TEAM}", f"{_QUORUM}::One master is lost")
        sandbox.wait(trial, lambda: outstanding(sandbox, TEAM))
        code, said = sandbox.run("sweep")
        assert code != 0
        assert f"(pid {trial.pid})" in said
        sandbox.kill(trial, number)
        assert bool(outstanding(sandbox, TEAM)) == (number == signal.SIGKILL)
        code, said = sandbox.run("verify", f"--team={TEAM}", f"{_QUORUM}::One of them leads")
        assert (0, {"proven"}) == (code, set(sandbox.verdicts().values())), said
        assert ("left by a" in said) == (number == signal.SIGKILL), said
        assert not outstanding(sandbox, TEAM)

    (sandbox.root / ".seatrial" / TEAM / "platform.json").write_text('{"up": tr')
    code, said = sandbox.run("status", f"--team={TEAM}")
    assert code != 0
    assert "platform.json is not valid JSON" in said
    assert "Traceback" not in said

    command = sandbox.start("down", f"--team={TEAM}")
    time.sleep(0.7)  # it has begun to end processes
    sandbox.kill(command)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_is_asked_to_end(sandbox: Sandbox, number: int) -> None:
    """It ends with a message that says what to do with what is left."""
    command = sandbox.start("up", f"--team={TEAM}")
    sandbox.wait(command, lambda: sandbox.state(TEAM, "addresses"))
    said = sandbox.kill(command, number)
    assert 130 == command.returncode
    assert "seatrial: interrupted; `seatrial sweep` removes what is left" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_verify_is_asked_to_end(sandbox: Sandbox, number: int) -> None:
    """What it was standing up itself, it takes down."""
    command = sandbox.start("verify", f"--team={TEAM}")
    sandbox.wait(command, lambda: sandbox.state(TEAM, "addresses"))
    said = sandbox.kill(command, number)
    assert 2 == command.returncode
    assert "KeyboardInterrupt" in said
    assert [] == sandbox.left()

"""The engine that a platform stands on stays the one that is asked, whatever the environment becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from provision.engine import EngineError, find
from provision.targets.kind.standing_on import keep, standing_on
from provision.targets.kind.target import KindTarget
from seatrial.errors import UsageError
from seatrial.provisioning.state import PlatformState

HERE = "unix:///run/here.sock"
_DOCKER = """#!/bin/sh
case "$1" in
  context) echo desk ;;
  version) test -e {folder}/answers && echo 28.0 ;;
  *) echo "host=$DOCKER_HOST context=$DOCKER_CONTEXT config=$DOCKER_CONFIG" ;;
esac
"""

Begin = Callable[[], PlatformState]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begins a platform on a Docker that answers as long as there is a file ``answers``."""
    (tmp_path / "answers").touch()
    program = tmp_path / "docker"
    program.write_text(_DOCKER.format(folder=tmp_path))
    program.chmod(0o755)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", "/home/somebody")

    def begin() -> PlatformState:
        state = PlatformState(tmp_path, "ours")
        engine = find()
        assert engine is not None
        keep(state, engine)
        return state

    return begin


def test_another_environment(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that was given is kept; another program, address and context of a later day are nothing to it."""
    monkeypatch.setenv("DOCKER_HOST", HERE)
    state = begin()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    monkeypatch.setenv("DOCKER_CONTEXT", "elsewhere")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert standing_on(state).run("ps") == f"host={HERE} context= config="


def test_another_context(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Docker looked up in somebody's home is kept by name; another home and address are nothing to it."""
    state = begin()
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    monkeypatch.setenv("HOME", "/home/nobody")
    assert standing_on(state).run("ps") == "host= context=desk config=/home/somebody/.docker"


def test_an_engine_that_is_gone(begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else's engine takes its place: nothing would be found there, and all of it would stay behind."""
    monkeypatch.setenv("DOCKER_HOST", HERE)
    state = begin()
    (tmp_path / "answers").unlink()
    expected = f"ours stands on the docker of DOCKER_HOST={HERE}, which does not answer: start it"
    with pytest.raises(EngineError, match=expected):
        standing_on(state)
    with pytest.raises(UsageError, match=f"ours is on kind, and cannot be removed: {expected}"):
        KindTarget(tmp_path).remove(state)

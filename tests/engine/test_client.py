"""Talking to the container engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provision.engine import Engine, EngineError, answers, find, need


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_no_engine_without_a_program(tmp_path: Path) -> None:
    """Where neither Docker nor Podman is on PATH no engine answers."""
    assert find({"PATH": str(tmp_path)}) is None
    assert answers({"PATH": str(tmp_path)}) is False


def test_a_client_alone_is_no_engine(tmp_path: Path) -> None:
    """An installed command line without a running server is no engine."""
    program(tmp_path / "docker", "echo Cannot connect >&2; exit 1")
    assert answers({"PATH": str(tmp_path)}) is False


def test_an_engine_that_answers_is_found(tmp_path: Path) -> None:
    """The engine whose server tells its version is the one that is used."""
    docker = program(tmp_path / "docker", '[ "$1" = version ] && echo 28.0')
    assert find({"PATH": str(tmp_path)}) == Engine(str(docker), "docker")


@pytest.mark.skipif(os.geteuid() != 0, reason="Podman counts only as root")
def test_podman_is_used_where_there_is_no_docker(tmp_path: Path) -> None:
    """Rootful Podman is taken where Docker does not answer."""
    podman = program(tmp_path / "podman", "true")
    assert find({"PATH": str(tmp_path)}) == Engine(str(podman), "podman")


def test_a_missing_engine_says_what_to_do(tmp_path: Path) -> None:
    """The message names both engines and the command that starts a private one."""
    with pytest.raises(EngineError) as caught:
        need({"PATH": str(tmp_path)})
    for part in ("Docker", "Podman", "python -m provision.engine run --"):
        assert part in str(caught.value)


def test_a_refusal_is_told_in_the_engines_words(tmp_path: Path) -> None:
    """A failed command's message has the command, its exit code and what it said."""
    engine = Engine(str(program(tmp_path / "docker", "echo no such network >&2; exit 3")), "docker")
    with pytest.raises(EngineError) as caught:
        engine.run("network", "rm", "x")
    assert str(caught.value) == "`docker network rm x` ended with 3: no such network"


def test_a_command_that_hangs_is_given_up(tmp_path: Path) -> None:
    """A command that does not end within its limit is an error, not a wait without end."""
    engine = Engine(str(program(tmp_path / "docker", "exec sleep 60")), "docker")
    with pytest.raises(EngineError, match="did not end within 0 s"):
        engine.run("ps", timeout=0.2)


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    """Inspecting things of which some are missing gives those that are there."""
    engine = Engine(str(program(tmp_path / "docker", 'echo \'[{"Name": "a"}]\'; exit 1')), "docker")
    assert engine.inspect("container", ["a", "b"]) == [{"Name": "a"}]
    assert engine.inspect("container", []) == []

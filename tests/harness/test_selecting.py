"""Scenarios by what they are called: in whole, in part, by an id."""

from __future__ import annotations

import pytest

from .project import Project

pytest_plugins = ["pytester"]

FEATURE = """
Feature: X
  @id:S-1
  Scenario: A removed pod comes back
    Given the shelf is filled
  Scenario: A removed pod comes back at once
    Given the shelf is filled
  Scenario: Black and white
    Given the shelf is filled
  Scenario: White
    Given the shelf is filled
"""
FIRST, SECOND = "A removed pod comes back", "A removed pod comes back at once"
THIRD, FOURTH = "Black and white", "White"


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--seatrial-scenario=a removed  pod comes back",), [FIRST]),
        (("--seatrial-scenario=removed pod",), [FIRST, SECOND]),
        (("--seatrial-scenario=@id:S-1",), [FIRST]),
        (("--seatrial-scenario=features/shelf.feature::White",), [FOURTH]),
        (("--seatrial-scenario=white", "--seatrial-scenario=at once"), [SECOND, FOURTH]),
        (("-k", "A removed pod comes back"), [FIRST]),
        (("-k", "black and white"), [THIRD]),
        (("-k", "removed and once"), [SECOND]),
        (("-k", "white"), [THIRD, FOURTH]),
        (("--seatrial-scenario=white", "-k", "black"), []),
    ],
)
def test_names(project: Project, arguments: tuple[str, ...], names: list[str]) -> None:
    """A whole name is that scenario's alone; a part of one, that of all who have it; `-k` is an expression as ever."""
    project.feature(FEATURE)
    told = project.run("features", "--collect-only", "-q", *arguments).outlines
    assert names == [line.partition("::")[2] for line in told if "::" in line]


def test_two_processes(project: Project) -> None:
    """Workers select alike."""
    project.feature(FEATURE)
    assert 0 == project.run_apart("features", "-n2", "-k", "A removed pod comes back").ret
    assert {FIRST: "proven"} == project.verdicts


@pytest.mark.parametrize("processes", [(), ("-n2",)], ids=["one", "two"])
def test_nobody_is_called_so(project: Project, processes: tuple[str, ...]) -> None:
    """A name that nobody has is a slip, and the nearest is named; nothing is stood up."""
    project.feature(FEATURE)
    ended = project.seatrial("verify", "--scenario", "A removed pot comes back", *processes)
    assert 4 == ended.returncode
    message = "--scenario A removed pot comes back: no scenario is called so; near it is: A removed pod comes back"
    assert message in ended.stdout + ended.stderr
    assert not project.calls


def test_by_the_command_line(project: Project) -> None:
    """The command takes it as it stands."""
    project.feature(FEATURE)
    assert 0 == project.seatrial("verify", "--scenario", "White").returncode
    assert {FOURTH: "proven"} == project.verdicts

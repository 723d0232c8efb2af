"""`--hold-on-failure`: nothing is undone before somebody has looked."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from .project import Project

pytest_plugins = ["pytester"]

FAILS = 'When the apple is painted "black"; Then the apple is "red"'


def _begin(project: Project, *arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "verify", *arguments]
    begun = subprocess.Popen(command, cwd=project.path, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    return begun, ours


def _read(ours: int, until: bytes = b"") -> bytes:
    """Return what is said until *until* is, or until the end."""
    said = b""
    try:
        while (not until or until not in said) and (chunk := os.read(ours, 65536)):
            said += chunk
    except OSError:  # the other end is closed
        pass
    return said


def test_until_somebody_has_looked(project: Project) -> None:
    """What was disturbed stays so, and is named; Enter undoes it, and the next scenario is judged."""
    project.scenarios(One=FAILS, Two='Then the apple is "red"')
    begun, ours = _begin(project, "--hold-on-failure=300")
    said = _read(ours, b"held: Enter undoes it, else it is undone after 300 s").decode()
    assert "black" == project.colour("apple")
    for line in (
        'features/shelf.feature:4   Then the apple is "red"',
        "last seen  apple  colour black",
        "the platform trial on local stays as it is",
        "seatrial status --team trial",
        "what is disturbed:",
        "paint thing apple, colour black",
    ):
        assert line in said, said
    os.write(ours, b"\n")
    said = _read(ours).decode()
    assert 1 == begun.wait(60)
    os.close(ours)
    assert "undoing: Enter was pressed" in said
    assert {"One": "failed", "Two": "proven"} == project.verdicts
    assert ["undo apple black", "verify apple", "down trial"] == project.calls[-3:]
    assert ["passed", "failed"] == [step["outcome"] for step in project.scenario("One")["steps"]]


def test_until_the_limit_is_over(project: Project) -> None:
    """Where nobody can press anything it ends by itself; a scenario that holds is not held."""
    project.scenarios(One=FAILS, Two='Then the apple is "red"')
    ended = project.seatrial("verify", "--hold-on-failure=0.3")
    assert 1 == ended.returncode
    assert 1 == ended.stdout.count("undoing: the limit is over")
    assert {"One": "failed", "Two": "proven"} == project.verdicts


def test_ended_meanwhile(project: Project) -> None:
    """Who ends the run while it is held has everything undone, and a verdict for all."""
    project.scenarios(One=FAILS)
    begun, ours = _begin(project, "--hold-on-failure=300")
    _read(ours, b"held: Enter undoes it")
    time.sleep(0.3)
    begun.send_signal(signal.SIGTERM)
    _read(ours)
    assert 2 == begun.wait(60)
    os.close(ours)
    assert "undo apple black" in project.calls
    assert ["passed", "failed"] == [step["outcome"] for step in project.scenario("One")["steps"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--hold-on-failure=0",), "--hold-on-failure 0: expected a number of seconds above 0"),
        (("--hold-on-failure=5", "-n2"), "--hold-on-failure: one process only can be held; leave -n out"),
    ],
)
def test_what_cannot_be_held(project: Project, arguments: tuple[str, ...], message: str) -> None:
    """It is a slip, before anything is stood up."""
    project.scenarios(One=FAILS)
    ended = project.seatrial("verify", *arguments)
    assert 4 == ended.returncode
    assert message in ended.stdout + ended.stderr
    assert not project.calls

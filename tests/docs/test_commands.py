"""Every command in README and the docs does something: it is run, or asked what it would do."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.runs import run, scenario

from .commands import PROGRAMS, ROOT, files, inline, of_blocks

ALL = sorted({command for file in files() for command in (*of_blocks(file), *inline(file))})
MADE = [command for command in ALL if command.startswith("make ")]
IN_THE_TUTORIAL = set(of_blocks(ROOT / "docs" / "tutorial.md"))
"""What tests/adopted/test_tutorial.py runs."""
SELECTING = [c for c in ALL if c.startswith(("seatrial verify", "pytest ")) and c not in IN_THE_TUTORIAL]
ON_A_PLATFORM = {"seatrial up", "seatrial down", "seatrial status --json", "seatrial kubeconfig", "seatrial sweep"}
"""What tests/system/test_readme.py runs."""
ON_A_CLUSTER = {command for command in ALL if command.endswith(" --context shop")}
"""What tests/adopted/test_page.py runs."""
OF_SHARDS = {command for command in ALL if command.startswith("seatrial report --merge")}
"""What tests/docs/test_scale.py and tests/report/test_merging.py run."""
_ELSEWHERE = {*MADE, *SELECTING, *ON_A_PLATFORM, *ON_A_CLUSTER, *OF_SHARDS}
OTHERS = [command for command in ALL if command not in _ELSEWHERE and command.startswith("seatrial ")]
_BIN = Path(sys.executable).parent


def _run(*argv: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "200"}
    for name in ("PYTEST_ADDOPTS", "TEAMID", "SEATRIAL_TARGET", "MAKEFLAGS", "MAKELEVEL", "PYTEST_XDIST_WORKER"):
        environ.pop(name, None)
    return subprocess.run(argv, cwd=cwd, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_every_command_is_known() -> None:
    """There are commands in the documents, and each is of a program that is looked at here."""
    assert len(ALL) > 15
    assert [] == [command for command in ALL if not command.startswith(PROGRAMS)]


def test_continuous_integration_runs_what_takes_long() -> None:
    """The commands that a newcomer is told first are those that every change has to pass."""
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    run_there = {"make test", "make verify TARGET=local", ".ci/nothing-leaves make verify TARGET=kind"}
    assert run_there <= set(lines)


@pytest.mark.skipif(not (ROOT / ".venv" / ".dev").exists(), reason="the environment was not made by make")
def test_make_setup() -> None:
    """The environment is there, and how to enter it is said."""
    done = _run("make", "setup")
    assert (0, "ready: . .venv/bin/activate") == (done.returncode, done.stdout.strip().splitlines()[-1]), done.stderr


@pytest.mark.parametrize("command", MADE)
def test_make(command: str) -> None:
    """`make` knows how to do it: tests cannot run themselves, and a sabotage or a whole run takes too long here."""
    program, *arguments = shlex.split(command)
    done = _run(program, "-n", *arguments)
    assert 0 == done.returncode, done.stderr
    assert done.stdout


@pytest.mark.parametrize("command", SELECTING)
def test_each_selects_something(command: str) -> None:
    """What selects scenarios selects at least one."""
    done = _run(*shlex.split(command), "--collect-only", "-q")
    assert "<ScenarioItem" in done.stdout or "::" in done.stdout, done.stdout + done.stderr
    assert done.returncode == (0 if command.startswith("pytest") else 5)


@pytest.mark.parametrize("command", OTHERS)
def test_what_needs_no_platform(command: str, tmp_path: Path) -> None:
    """What needs none is run; of what takes long, its options are seen to be there."""
    for name, verdict in (("earlier", "proven"), ("report", "proven")):
        folder = tmp_path / name / "local"
        folder.mkdir(parents=True)
        (folder / "verdict.json").write_text(json.dumps(run(scenario(verdict=verdict))))
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    (tmp_path / "features").symlink_to(ROOT / "features")
    program, verb, *rest = shlex.split(command)
    if verb in ("lint", "doctor"):
        assert _run(program, verb, *rest).returncode in (0, 1)  # a machine may lack something
    elif verb in ("diff", "report", "coverage"):
        if "--check" in rest:
            _run(program, "report", cwd=tmp_path)
        done = _run(
            program, verb, *rest, *([] if rest or verb != "diff" else ["earlier/local", "report/local"]), cwd=tmp_path
        )
        assert 0 == done.returncode, done.stdout + done.stderr
    else:
        said = _run(program, verb, *[word for word in rest if not word.isupper()], "--help")
        assert 0 == said.returncode, said.stderr

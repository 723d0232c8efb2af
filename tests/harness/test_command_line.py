"""The command line: one clear message, no traceback, and an exit code that says what happened."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable

import pytest

from seatrial.cli import main

from .project import Project

pytest_plugins = ["pytester"]

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in the project's folder, in this process; give its exit code, output and errors."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("COLUMNS", "200")

    def command(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["seatrial", *args])
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
            sys.modules.pop("theirs", None)
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, _COLOURS.sub("", said.err)

    return command


def test_a_life(run: Run) -> None:
    """A platform is stood up, told about, left alone by a second `up`, and taken down."""
    assert (0, "trial is up on local\n") == _last(run("up"))
    assert (0, "trial is up on local; nothing had to be changed\n") == _last(run("up"))
    code, out, _ = run("status", "--json")
    assert (0, "trial") == (code, json.loads(out)["team"])
    assert 0 == run("status")[0]
    assert (0, "trial is down; nothing of it is left\n") == _last(run("down"))
    assert (0, "trial is not up; nothing to take down\n") == _last(run("down"))


def test_sweep(run: Run) -> None:
    """What is left of any platform is removed and named."""
    run("up", "--team=one")
    assert (0, "removed one\n1 removed\n") == run("sweep")[:2]
    assert (0, "nothing to sweep\n") == run("sweep")[:2]


def test_doctor(run: Run, project: Project) -> None:
    """What is missing is named with its remedy, and the exit code says so."""
    assert 0 == run("doctor")[0]
    (project.path / "no-wood").touch()
    code, out, _ = run("doctor")
    assert 1 == code
    assert "fell a tree" in out


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_doctor_on_any_terminal(run: Run, project: Project, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """What a check says is there in whole, and no line is wider than the terminal."""
    theirs = project.path / "theirs.py"
    long = "a tree of " + "many " * 20 + "z" * 70
    theirs.write_text(
        theirs.read_text().replace("Check(target,", f'Check(target + "{"q" * 50}", detail="{long}", state=')
    )
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run("doctor")
    assert 0 == code
    assert max(map(len, out.splitlines())) <= columns
    assert (50, 70) == (out.count("q"), out.count("z"))


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["up", "--target=moon"], 4, "--target moon: no such target; expected one of local, oak"),
        (["verify", "--target=moon"], 4, "--target moon: no such target; expected one of local, oak"),
        (["doctor", "--target=moon"], 4, "--target moon: no such target; expected one of local, oak"),
        (["up", "--team=Team_1"], 4, "team id 'Team_1': expected a letter, then up to 19 lower-case letters"),
        (["down", "--team=../x"], 4, "team id '../x': expected a letter"),
        (["status", "--team=../x"], 4, "team id '../x': expected a letter"),
        (["kubeconfig", "--team=../x"], 4, "team id '../x': expected a letter"),
        (["status"], 4, "trial is not up; platforms here: none. `seatrial up` stands one up"),
        (["kubeconfig"], 4, "trial is not up, so it has no kubeconfig; `seatrial up` stands it up"),
        (["up", "--colour"], 4, "No such option: --colour"),
        (["dance"], 4, "No such command 'dance'"),
    ],
)
def test_what_cannot_be_done(run: Run, project: Project, args: list[str], code: int, message: str) -> None:
    """What a user has got wrong is one message, and nothing is made."""
    found, out, err = run(*args)
    assert code == found
    assert message in err
    assert "Traceback" not in out + err
    assert not (project.path / ".seatrial").exists()


def test_no_project(run: Run, project: Project) -> None:
    """Outside a project's folder the message says where to go."""
    (project.path / "pyproject.toml").unlink()
    code, _, err = run("lint")
    assert 4 == code
    assert "no pyproject.toml and no features here; run seatrial in the project's root folder" in err


def test_a_standup_that_fails(run: Run, project: Project) -> None:
    """A gate that is not met is the message, and the exit code is not that of a failed scenario."""
    (project.path / "no-wood").touch()
    code, _, err = run("up")
    assert 3 == code
    assert 'seatrial: the gate "wood is there" was not met within 1 s' in err


def test_verify(project: Project) -> None:
    """`verify` passes arguments on to pytest, exits as pytest does, and writes every report."""
    project.scenarios(One="Given the shelf is filled", Two="Then somebody says no")
    ended = project.seatrial(
        "verify", "-k", "Two", "--report=out", "--team=seven", "--target=oak", "--keep", "-p", "no:xdist"
    )
    assert 1 == ended.returncode
    held = "0 proven + 0 simulated + 0 attested + 0 not provable + 0 waived"
    counted = f"1 planned = {held} + 0 unsteady + 1 failed + 0 error + 0 undefined"
    assert counted in ended.stdout
    assert {".gitignore", "index.html", "manifest.sha256", "oak"} == {
        file.name for file in (project.path / "out").iterdir()
    }
    assert {
        ".seatrial-root",
        "evidence",
        "history.json",
        "looked.json",
        "junit.xml",
        "messages.ndjson",
        "summary.md",
        "verdict.json",
    } == {file.name for file in (project.path / "out" / "oak").iterdir()}
    assert ["up seven oak"] == project.calls


def test_verify_one_path(project: Project) -> None:
    """A path takes the place of the whole specification; an option's value does not."""
    project.feature("Feature: A\n  Scenario: One\n    Given the shelf is filled", "features.feature")
    project.feature("Feature: B\n  Scenario: Two\n    Then somebody says no", "b.feature")
    assert 0 == project.seatrial("verify", "features/features.feature").returncode
    assert {"One": "proven"} == project.verdicts
    assert 0 == project.seatrial("verify", "-k", "features", "--deselect", "features/b.feature::Two").returncode
    assert {"One": "proven"} == project.verdicts


def test_lint(project: Project) -> None:
    """`lint` needs no platform: undefined, ambiguous and unused words, and what the provisioning finds."""
    project.scenarios(One='Given no words for this; Then the apple is "red"')
    words = project.path / "words.py"
    words.write_text(words.read_text() + '\n\n@then(parsers.parse("the apple is {what}"))\ndef _(): pass\n')
    (project.path / "shelf.txt").touch()
    ended = project.seatrial("lint")
    assert 1 == ended.returncode
    said = ended.stdout.splitlines()
    assert "shelf.txt:1: expected a plank" == said[0]
    assert "features/shelf.feature:3: undefined: no words for: Given no words for this" == said[1]
    assert said[2].startswith("features/shelf.feature:4: ambiguous: 'the apple is \"red\"' fits words at words.py:")
    assert any(
        line.startswith("words.py:") and line.endswith("unused: no step says 'the harness breaks'") for line in said
    )
    assert f"{len(said) - 1} problems" == said[-1]
    assert not project.calls


def test_lint_what_cannot_be_read(project: Project) -> None:
    """A feature that cannot be taken is one line with its place, and no word is called unused because of it."""
    project.feature("Feature: A\n  Scenario: One\n    Given a\n  Scenario: One\n    Given a")
    ended = project.seatrial("lint")
    assert 1 == ended.returncode
    said = ended.stdout.splitlines()
    assert said[0].startswith('features/shelf.feature:4: a second scenario named "One"; the first is at line 2.')
    assert ["1 problem"] == said[1:]


def _last(ended: tuple[int, str, str]) -> tuple[int, str]:
    code, out, err = ended
    return code, (out + err).splitlines(keepends=True)[-1]

"""A slip of the command line: one message, the exit code of its kind, and the last report is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from .project import Project

pytest_plugins = ["pytester"]

PLUGIN = 'def pytest_addoption(parser): parser.addoption("--crew")\n'


@pytest.fixture
def judged(project: Project) -> Project:
    """A project with the report of a run, in which its one scenario held."""
    project.scenarios(One="Given the shelf is filled")
    (project.path / "test_theirs.py").write_text("def test_it(): pass\n")
    assert 0 == project.run("features").ret
    return project


def _kept(project: Project) -> dict[str, Any]:
    """Return every file of the report with its content."""
    return {str(file): file.read_bytes() for file in (project.path / "report").rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    "slip",
    [
        ["-k", "two words"],
        ["-m", "two words"],
        ["-n2", "-k", "two words"],
        ["-n2", "-m", "two words"],
        ["--no-such-option"],
        ["features/no_such.feature"],
        ["features/shelf.feature::No such"],
        ["--deselect"],
        ["--patience=0"],
        ["--require=gold"],
        ["--target=moon"],
        ["-n2", "--target=moon"],
        ["--team=../x"],
        ["--setup-only"],
        ["-n2", "--setup-only"],
    ],
    ids=" ".join,
)
def test_usage_errors(judged: Project, slip: list[str]) -> None:
    """What pytest, or this harness, cannot make sense of exits with 4; nothing is stood up, no report is touched."""
    before, calls = _kept(judged), judged.calls
    ended = judged.seatrial("verify", *slip)
    assert 4 == ended.returncode, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "planned =" not in ended.stdout
    assert before == _kept(judged)
    assert calls == judged.calls


@pytest.mark.parametrize(
    "slip", [["-k", "two words"], ["-n2", "-k", "two words"], ["--seatrial-target=moon"]], ids=" ".join
)
def test_usage_errors_of_pytest(judged: Project, slip: list[str]) -> None:
    """Pytest itself does the same."""
    before, calls = _kept(judged), judged.calls
    assert 4 == judged.run_apart("features", *slip).ret
    assert (before, calls) == (_kept(judged), judged.calls)


@pytest.mark.parametrize(
    "asked",
    [
        ["--fixtures"],
        ["--fixtures-per-test"],
        ["--setup-plan"],
        ["--generate-missing", "--feature=features/shelf.feature"],
        ["--collect-only"],
        ["--markers"],
        ["-n2", "--collect-only"],
        ["-k", "nothing of that name"],
        ["test_theirs.py"],
    ],
    ids=" ".join,
)
def test_nothing_is_judged(judged: Project, asked: list[str]) -> None:
    """What judges no scenario leaves the report alone, stands nothing up, and is not told apart from green as 0."""
    before, calls = _kept(judged), judged.calls
    ended = judged.seatrial("verify", *asked)
    assert ended.returncode not in (0, 3), ended.stdout + ended.stderr
    assert "planned =" not in ended.stdout
    assert "INTERNALERROR" not in ended.stdout + ended.stderr
    assert (before, calls) == (_kept(judged), judged.calls)


@pytest.mark.parametrize("asked", [["--fixtures"], ["--setup-plan"], ["--collect-only"]], ids=" ".join)
def test_pytest_shows_what_there_is(judged: Project, asked: list[str]) -> None:
    """Pytest itself shows what it is asked for, as ever, and says nothing of verdicts."""
    before, calls = _kept(judged), judged.calls
    result = judged.run_apart("features", *asked)
    assert 0 == result.ret
    result.stdout.no_fnmatch_line("*planned =*")
    assert (before, calls) == (_kept(judged), judged.calls)


@pytest.mark.parametrize(
    "valued",
    [
        ["--junitxml", "there"],
        ["--junit-prefix", "there"],
        ["--basetemp", "folder"],
        ["--log-file", "there"],
        ["--rootdir", "."],
        ["-c", "pyproject.toml"],
        ["--confcutdir", "."],
        ["--deselect", "there"],
        ["--ignore", "folder"],
        ["--crew", "there"],
        ["-o", "cache_dir=folder"],
        ["-k", "not there"],
    ],
    ids=" ".join,
)
def test_a_value_is_no_path(judged: Project, valued: list[str]) -> None:
    """The value of any option of pytest's, of its plugins' and of the project's own is not a path to verify."""
    conftest = judged.path / "conftest.py"
    conftest.write_text(conftest.read_text() + PLUGIN)
    (judged.path / "there").write_text("")
    (judged.path / "folder").mkdir()
    for _ in range(2):  # what the first run writes may be there in the second
        ended = judged.seatrial("verify", *valued)
        assert 0 == ended.returncode, ended.stdout + ended.stderr
        assert "1 planned = 1 proven" in ended.stdout
        assert "test_theirs.py" not in ended.stdout


def test_no_features(project: Project) -> None:
    """Without features, and without a path, there is nothing to verify: the project's own tests are not run for it."""
    (project.path / "test_theirs.py").write_text("def test_it(): pass\n")
    ended = project.seatrial("verify")
    assert 4 == ended.returncode
    assert "features: no such folder; write features there, or name a path" in ended.stderr
    assert "test_theirs.py" not in ended.stdout

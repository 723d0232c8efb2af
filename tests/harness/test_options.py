"""What a command is told, and what it takes where it is told nothing."""

from __future__ import annotations

import re

import pytest

import seatrial

from .project import Project

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console on which no line is broken."""
    monkeypatch.setenv("COLUMNS", "250")


def test_version(project: Project) -> None:
    """`--version` says it."""
    ended = project.seatrial("--version")
    assert (0, f"seatrial {seatrial.__version__}\n") == (ended.returncode, ended.stdout)


def test_help_of_verify(project: Project) -> None:
    """`verify --help` has every option that it takes, the targets that there are, and how pytest's own are reached."""
    ended = project.seatrial("verify", "--help")
    assert 0 == ended.returncode
    said = _plain(ended.stdout)
    for option in ("kubeconfig", "context", "patience", "require", "keep", "report", "team", "target"):
        assert f"--{option}" in said, option
    assert "Where the platform is built: local, oak." in said
    assert "pytest --help lists the rest" in said


@pytest.mark.parametrize("command", ["up", "doctor"])
def test_help_names_the_targets(project: Project, command: str) -> None:
    """Every command that takes a target names those that this project has."""
    assert "Where the platform is built: local, oak." in _plain(project.seatrial(command, "--help").stdout)


def test_help_outside_a_project(project: Project) -> None:
    """Help is given where there is no project, too."""
    (project.path / "pyproject.toml").unlink()
    ended = project.seatrial("verify", "--help")
    assert (0, "") == (ended.returncode, ended.stderr)


@pytest.mark.parametrize(
    ("said", "variables", "options", "team", "target"),
    [
        ("", {}, [], "trial", "local"),
        ('team = "ours"\ntarget = "oak"', {}, [], "ours", "oak"),
        ('team = "ours"\ntarget = "oak"', {"TEAMID": "", "SEATRIAL_TARGET": ""}, [], "ours", "oak"),
        ('team = "ours"\ntarget = "oak"', {"TEAMID": "mine", "SEATRIAL_TARGET": "local"}, [], "mine", "local"),
        ('team = "ours"', {"TEAMID": "mine", "SEATRIAL_TARGET": "oak"}, ["--team=x", "--target=local"], "x", "local"),
    ],
)
@pytest.mark.parametrize("command", ["up", "verify", "pytest"])
def test_which_platform(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    variables: dict[str, str],
    options: list[str],
    team: str,
    target: str,
    command: str,
) -> None:
    """An explicit option wins, then the variable, then what the project says, then the default."""
    project.scenarios(One="Given the shelf is filled")
    with (project.path / "pyproject.toml").open("a") as file:
        file.write(f"{said}\n")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if command == "pytest":
        project.run_apart("features", *(option.replace("--", "--seatrial-") for option in options))
    else:
        project.seatrial(command, *options)
    assert f"up {team} {target}" == project.calls[0]


@pytest.mark.parametrize("command", ["down", "status", "kubeconfig"])
def test_the_projects_team(project: Project, command: str) -> None:
    """Commands that take no target mean the project's team as well."""
    with (project.path / "pyproject.toml").open("a") as file:
        file.write('team = "ours"\n')
    assert "ours is not up" in project.seatrial(command).stderr


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ('taget = "oak"', "[tool.seatrial] taget: unknown setting; did you mean target?"),
        ("colour = 3", "[tool.seatrial] colour: unknown setting; expected provisioning, target, team"),
        ("team = 7", "[tool.seatrial] team: expected a text, got 7"),
        ('words = "theirs"', """[tool.seatrial] words: expected names, as in ["seatrial.words"], got 'theirs'"""),
        ('target = "moon"', "--target moon: no such target; expected one of local, oak"),
        ('team = "../x"', "team id '../x': expected a letter"),
        ("team", "pyproject.toml: "),
    ],
)
def test_what_a_project_says_wrong(project: Project, said: str, message: str) -> None:
    """A setting that means nothing is one message, from the command and from pytest, and nothing is made."""
    project.scenarios(One="Given the shelf is filled")
    with (project.path / "pyproject.toml").open("a") as file:
        file.write(f"{said}\n")
    ended = project.seatrial("up")
    assert (4, True) == (ended.returncode, message in ended.stderr), ended.stderr
    result = project.run_apart("features")
    assert 4 == result.ret
    assert message in result.stderr.str()
    assert not project.calls


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["up", "--colour"],
        ["verify", "--patience=much"],
        ["verify", "--require=gold"],
        ["images", "dance"],
        ["images", "status"],
        ["report"],
        ["coverage"],
        ["diff", "a"],
        ["diff", "a", "b"],
        ["status"],
        ["kubeconfig"],
        ["doctor", "--target=moon"],
    ],
    ids=" ".join,
)
def test_one_code_for_slips(project: Project, arguments: list[str]) -> None:
    """A slip of the command line exits with 4, whichever command it is made with, and is one line."""
    ended = project.seatrial(*arguments)
    assert 4 == ended.returncode
    if arguments:  # else it is the help
        (line,) = ended.stderr.splitlines()
        assert _plain(line).startswith("seatrial: ")
        assert "" == ended.stdout


def test_one_code_for_what_broke(project: Project) -> None:
    """What nobody foresaw is one message that says where, without a traceback, and exits with 3 like all that broke."""
    file = project.path / "theirs.py"
    file.write_text(file.read_text().replace('log(self._root, f"up {team} {target}")', "1 / 0"))
    project.scenarios(One="Given the shelf is filled")
    ended = project.seatrial("up")
    assert 3 == ended.returncode
    assert re.fullmatch(r"seatrial: broke: ZeroDivisionError: division by zero \(theirs.py:\d+\)", _plain(ended.stderr))
    assert 3 == project.seatrial("verify").returncode


def _plain(said: str) -> str:
    """Return what a console shows, without its colours and boxes."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", re.sub(r"\x1b\[[0-9;]*m", "", said)).split())

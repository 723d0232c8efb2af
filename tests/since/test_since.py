"""``--since``: what runs of a project that has changed, and why."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.harness.project import Project

from .manifests import ALL, MAILER, ORDERS

pytest_plugins = ["pytester"]

_SETTINGS = """
[tool.seatrial.since]
nothing = ["notes/**", "*.jsonl"]
[tool.seatrial.since.names]
"images/mailer/**" = ["mailer"]
"""
_RED, _GREEN = "features/red.feature::red", "features/green.feature::green"


def git(root: Path, *arguments: str) -> str:
    who = {f"GIT_{role}_{what}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments], cwd=root, env=os.environ | who, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class Shop:
    """The project in a repository, of which all scenarios have been run once."""

    def __init__(self, project: Project) -> None:
        self.project, self.root = project, project.path
        with (self.root / "pyproject.toml").open("a") as file:
            file.write(_SETTINGS)
        for name in ("red", "green"):
            project.feature(f'Feature: F\n  Scenario: {name}\n    Then the apple is "{name}"', f"{name}.feature")
        for name, text in ALL.items():
            self.write(f"manifests/{name}.yaml", text)
        self.write(".gitignore", "report/\n.seatrial/\n__pycache__/\n*.jsonl\nrunpytest*\nstdout\nstderr\n")
        git(self.root, "init", "-q")
        self.commit()

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def commit(self) -> None:
        """Commit everything."""
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", "as it is")

    def have_looked(self, **asked: list[str]) -> None:
        """Have a run on record in which each scenario held, and asked what is told."""
        entry: dict[str, Any] = {"verdict": "proven", "began": "2026-01-02T03:04:05Z", "names": []}
        commit = git(self.root, "rev-parse", "HEAD")
        scenarios = {
            f"features/{name}.feature::{name}": {**entry, "commit": commit, "asked": asks}
            for name, asks in asked.items()
        }
        self.write("report/local/looked.json", json.dumps({"version": 1, "scenarios": scenarios}))

    def since(self, *arguments: str) -> tuple[int, dict[str, str]]:
        """Give the exit code, and for each scenario whether it ran, and why."""
        done = self.project.run_apart("--seatrial-since", *(arguments or ("HEAD",)))
        lines = [line.split("  ", 1) for line in done.errlines if line.startswith(("run  ", "left out  "))]
        return int(done.ret), {rest.partition(": ")[0]: f"{word}: {rest.partition(': ')[2]}" for word, rest in lines}


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The project, before its first run."""
    monkeypatch.delenv("TEAMID", raising=False)
    return Shop(Project(pytester))


def test_what_is_not_on_record_runs(shop: Shop) -> None:
    """A first run is one of everything, and says so; its record is of what each scenario asked."""
    code, said = shop.since()
    assert {"run: what it looks at is not known: no run of it is on record"} == set(said.values())
    assert pytest.ExitCode.TESTS_FAILED == code  # the apple is red
    record = json.loads((shop.root / "report/local/looked.json").read_text())["scenarios"]
    assert {_RED: "proven", _GREEN: "failed"} == {name: one["verdict"] for name, one in record.items()}
    assert all(one["commit"] == git(shop.root, "rev-parse", "HEAD") and one["asked"] for one in record.values())
    _, again = shop.since()
    assert {
        _RED: "left out: looked at nothing that has changed",
        _GREEN: "run: when it was last run it was failed",
    } == again


@pytest.mark.parametrize(
    ("file", "text", "runs"),
    [
        ("notes/today.txt", "nothing of the platform", {}),
        ("README.md", "read me", {}),
        (
            "features/red.feature",
            'Feature: F\n  Scenario: red\n    Then the apple is "red"\n# a remark',
            {_RED: "has changed"},
        ),
        ("platform.yaml", "nodes: {count: 4}", {_RED: "is not known", _GREEN: "is not known"}),
        ("theirs.py", None, {_RED: "everything may rest on it", _GREEN: "everything may rest on it"}),
        ("words.py", None, {_RED: "its words rest on it", _GREEN: "its words rest on it"}),
        ("unheard_of.py", "a = 1", {_RED: "everything may rest on it", _GREEN: "everything may rest on it"}),
        ("manifests/mailer.yaml", MAILER.replace("mailer:1", "mailer:2"), {_GREEN: "cluster.all(Pod, namespace=back)"}),
        ("images/mailer/main.py", "print()", {_GREEN: "cluster.all(Pod, namespace=back)"}),
        (
            "manifests/orders.yaml",
            ORDERS.replace("postgres:17", "postgres:18"),
            {_RED: "shop", _GREEN: "namespace=back"},
        ),
        ("manifests/new.yaml", ORDERS.replace("orders", "bills"), {_RED: "is not known", _GREEN: "is not known"}),
    ],
)
def test_what_a_change_concerns(shop: Shop, file: str, text: str | None, runs: dict[str, str]) -> None:
    """Each kind of file, changed without a commit: who runs, and by which reason; nobody's reason is left out."""
    shop.have_looked(red=["http.get(https://shop.example.com/)"], green=["cluster.all(Pod, namespace=back)"])
    shop.write(file, (shop.root / file).read_text() + "\n# a remark\n" if text is None else text)
    code, said = shop.since()
    assert {_RED, _GREEN} == set(said)
    assert set(runs) == {name for name, why in said.items() if why.startswith("run: ")}
    assert [] == [(why, said[name]) for name, why in runs.items() if why not in said[name]]
    assert (pytest.ExitCode.OK if _GREEN not in runs else pytest.ExitCode.TESTS_FAILED) == code


def test_what_changed_since_the_record_counts_too(shop: Shop) -> None:
    """A commit that was never judged here is not taken for judged because it lies before the one that is named."""
    shop.have_looked(red=["http.get(https://shop.example.com/)"], green=["cluster.all(Pod, namespace=back)"])
    shop.write("manifests/mailer.yaml", MAILER.replace("mailer:1", "mailer:2"))
    shop.commit()
    _, said = shop.since()
    assert "left out: looked at nothing that has changed" == said[_RED]
    assert "mailer.yaml" in said[_GREEN]


def test_it_is_chosen_once_by_several_processes(shop: Shop) -> None:
    """Workers choose alike, and the reasons are said once."""
    shop.have_looked(red=["cluster.all(Node)"], green=["cluster.all(Pod)"])
    shop.write("manifests/mailer.yaml", MAILER.replace("mailer:1", "mailer:2"))
    code, said = shop.since("HEAD", "-n", "2", "-p", "xdist")
    assert "left out: looked at nothing that has changed" == said[_RED]
    assert said[_GREEN].startswith("run: ")
    assert pytest.ExitCode.TESTS_FAILED == code


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "--since nobody: names no commit here; expected a branch, a tag or a commit"),
        (["--help"], "names no commit here"),
        (["HEAD", "--seatrial-shard", "1/2"], "leave --shard out"),
    ],
)
def test_slips(shop: Shop, arguments: list[str], says: str) -> None:
    """A commit that is none, what is an option of git's, a part of a run: a usage error, and nothing is run."""
    done = shop.project.run_apart(f"--seatrial-since={arguments[0]}", *arguments[1:])
    assert pytest.ExitCode.USAGE_ERROR == done.ret
    assert says in "\n".join([*done.outlines, *done.errlines])
    assert not (shop.root / "report").exists()


def test_what_the_gate_asks_for(shop: Shop) -> None:
    """What held but falls short of what this run requires runs, and what has a limit of time is measured anew."""
    shop.have_looked(red=["cluster.all(Node)"], green=["cluster.all(Node)"])
    record = shop.root / "report/local/looked.json"
    record.write_text(record.read_text().replace('"proven"', '"simulated"', 1))
    _, said = shop.since("HEAD", "--seatrial-require=proven")
    assert "run: when it was last run it was simulated, and more is required" == said[_RED]
    assert "left out: looked at nothing that has changed" == said[_GREEN]
    with (shop.root / "pyproject.toml").open("a") as file:
        file.write("[tool.seatrial.gate.within.scenarios]\ngreen = 5\n")
    shop.commit()
    shop.have_looked(red=["cluster.all(Node)"], green=["cluster.all(Node)"])
    _, said = shop.since()
    assert "run: how long it may take is limited" == said[_GREEN]
    assert "left out: looked at nothing that has changed" == said[_RED]


def test_settings_that_mean_nothing(shop: Shop) -> None:
    """The field is named."""
    shop.write("pyproject.toml", (shop.root / "pyproject.toml").read_text().replace("nothing =", "nothin ="))
    done = shop.project.run_apart("--seatrial-since=HEAD")
    assert pytest.ExitCode.USAGE_ERROR == done.ret
    assert "[tool.seatrial.since]: Object contains unknown field `nothin`" in "\n".join(
        [*done.outlines, *done.errlines]
    )


def test_settings_that_the_change_brings_along(shop: Shop) -> None:
    """Whoever has the settings say that nothing concerns anything has everything run."""
    shop.have_looked(red=["cluster.all(Node)"], green=["cluster.all(Node)"])
    shop.write("pyproject.toml", (shop.root / "pyproject.toml").read_text().replace('"notes/**"', '"**"'))
    _, said = shop.since()
    assert {"run: pyproject.toml: what depends on it is not known"} == set(said.values())


def test_a_record_that_the_change_brings_along(shop: Shop) -> None:
    """A record in the repository may be whoever's who changed the project: refused, and nothing is left out by it."""
    shop.have_looked(red=["cluster.all(Node)"], green=["cluster.all(Node)"])
    git(shop.root, "add", "-f", "report/local/looked.json")
    git(shop.root, "commit", "-qm", "trust me")
    done = shop.project.run_apart("--seatrial-since=HEAD")
    assert pytest.ExitCode.USAGE_ERROR == done.ret
    assert "is in the repository" in "\n".join([*done.outlines, *done.errlines])


def test_a_record_that_somebody_made_up(shop: Shop) -> None:
    """What is no record is none: everything runs."""
    shop.write("report/local/looked.json", '{"version": 1, "scenarios": {"features/red.feature::red": {"verdict": 1}}}')
    _, said = shop.since()
    assert {"run: what it looks at is not known: no run of it is on record"} == set(said.values())

"""Faults are written down before they happen, and always undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from seatrial.checks.limits import TIME
from seatrial.checks.observer import NotProvableError
from seatrial.errors import NotOursError, UndoError, UsageError
from seatrial.faults import Delete, Fault, Journal, fault_from
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState

from .project import Project

pytest_plugins = ["pytester"]


def test_written_first_undone_in_reverse(project: Project) -> None:
    """Each fault is in the journal before it happens; the last is undone first; then all are seen to be undone."""
    project.scenarios(
        One='When the apple is painted "black"; And the pear is painted "white"; Then the apple is "black"'
    )
    assert 0 == project.run("features").ret
    assert [
        "up trial local",
        "paint apple black, written True",
        "paint pear white, written True",
        "undo pear white",
        "undo apple black",
        "verify pear",
        "verify apple",
        "down trial",
    ] == project.calls


def test_undone_after_a_failure(project: Project) -> None:
    """A failed scenario is undone too, and the next one finds everything in place."""
    project.scenarios(One='When the apple is painted "black"; Then the apple is "red"', Two='Then the apple is "red"')
    project.run("features")
    assert {"One": "failed", "Two": "proven"} == project.verdicts


def test_what_goes_on_by_itself_ends_before_anything_is_undone(project: Project) -> None:
    """Clients that still wrote when a scenario failed would go on beside the undoing of what they do."""
    fails = 'When the apple is painted "black"; Then the apple is "red"'
    project.scenarios(One=f"Given clients that paint the pear again and again; {fails}")
    project.run("features")
    calls = project.calls
    undone = next(n for n, call in enumerate(calls) if call.startswith("undo"))
    assert {"One": "failed"} == project.verdicts
    assert "a client paints the pear" in calls[:undone]
    assert "a client paints the pear" not in calls[undone:]


def test_half_way(project: Project) -> None:
    """A fault that got only half way is undone."""
    project.scenarios(One='When the apple is painted "black", which fails half way')
    project.run("features", "--seatrial-keep")
    assert {"One": "error"} == project.verdicts
    assert "red" == project.colour("apple")


def test_evidence_comes_first(project: Project) -> None:
    """Evidence shows the disturbed state, and an observer that fails has its error kept in its place."""
    project.scenarios(One='When the apple is painted "black"; Then the apple is "red"')
    project.run("features")
    folder = project.path / "report" / "local" / project.scenario("One")["evidence"]
    assert "evidence/shelf-2" == project.scenario("One")["evidence"]
    assert {"colour": "black"} == json.loads((folder / "shelf.json").read_text())["apple"]
    assert "ConnectionError: the lens is fogged" in (folder / "fogged.json").read_text()
    assert (
        (folder / "failure.txt").read_text().startswith('features/shelf.feature:4   Then the apple is "red"\nexpected')
    )
    assert {"failure.txt", "fogged.json", "mirror.json", "shelf.json"} == {file.name for file in folder.iterdir()}


def test_left_by_a_crash(project: Project) -> None:
    """What a crashed run has left disturbed is undone when the next one starts."""
    project.scenarios(
        Crash='When the apple is painted "black"; And the machine is switched off', Red='Then the apple is "red"'
    )
    assert 7 == project.run_apart("features", "-k", "Crash", "--seatrial-keep").ret
    assert "black" == project.colour("apple")
    result = project.run("features", "-k", "Red")
    assert {"Red": "proven"} == project.verdicts
    result.stderr.fnmatch_lines(["undone, left by an earlier run: paint thing apple, colour black"])


def test_not_ours(project: Project) -> None:
    """A platform that is not this harness's own is refused with the reason before any scenario runs."""
    project.scenarios(One='When the apple is painted "black"')
    (project.path / "foreign").write_text("it carries the mark of another team")
    result = project.run("features", "--seatrial-keep")
    assert 3 == result.ret
    assert {"One": "error"} == project.verdicts
    assert "red" == project.colour("apple")
    result.stdout.fnmatch_lines(["*refused to try trial on local: it carries the mark of another team.*"])


def test_no_longer_ours(tmp_path: Path) -> None:
    """A disruption of a platform that is not this harness's own is refused, and not even written down."""
    state = PlatformState(tmp_path, "trial")
    journal = Journal(state, Actuators(lambda: None, lambda _: None), lambda: "it carries the mark of another team")
    with pytest.raises(NotOursError, match="refused to delete DaemonSet x/y: it carries the mark of another team"):
        journal.inject(Delete("apps/v1", "DaemonSet", "y", "x"))
    assert [] == state.records("journal")


@dataclass(frozen=True)
class Lean(Fault):
    """Leans the shelf."""

    kind: ClassVar[str] = "lean"
    to: str

    def undo(self, actuators: Actuators[list[str]], memory: dict[str, Any]) -> None:  # noqa: ARG002
        """Note it."""
        actuators.own.append(self.to)


def test_put_back(tmp_path: Path) -> None:
    """A standup that resumes undoes what a killed trial has left, once, and leaves it to the next trial to see to."""
    state = PlatformState(tmp_path, "trial")
    noted: list[str] = []
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, going = Lean("left").journalled(), Lean("right").journalled()
    state.append("journal", {"id": "1", "scenario": "One", "pid": ended.pid, "memory": {}, **left})
    state.append("journal", {"id": "2", "scenario": "Two", "pid": os.getpid(), "memory": {}, **going})
    state.append("journal", {"id": "3", "scenario": "One", "pid": ended.pid, "memory": {}, "kind": "?", "fields": {}})
    journal = Journal(state, Actuators(lambda: None, lambda _: None, own=noted), str)
    assert ["lean to left"] == journal.put_back()
    assert ["left"] == noted
    assert 3 == len(journal._open())


def test_changes_are_not_exclusive(project: Project) -> None:
    """Changes are undone as faults are."""
    project.scenarios(One='When the apple is dyed "black"; Then the apple is "black"')
    assert 0 == project.run("features", "--seatrial-keep").ret
    assert "red" == project.colour("apple")


@dataclass(frozen=True)
class Dip(Fault):
    """Blacken a file; it cannot be undone when the paint is dry."""

    kind: ClassVar[str] = "dip"
    thing: str
    dry: bool = False

    def before(self, actuators: Actuators[Path]) -> dict[str, Any]:
        """Remember what is in it."""
        return {"colour": (actuators.own / self.thing).read_text()}

    def apply(self, actuators: Actuators[Path]) -> None:
        """Blacken it."""
        (actuators.own / self.thing).write_text("black")

    def undo(self, actuators: Actuators[Path], memory: dict[str, Any]) -> None:
        """Put back what was in it."""
        if self.dry:
            raise OSError("the paint is dry")
        (actuators.own / self.thing).write_text(memory["colour"])


@dataclass(frozen=True)
class Gild(Dip):
    """Cover a file with gold, which nobody has."""

    kind: ClassVar[str] = "gild"

    def apply(self, actuators: Actuators[Path]) -> None:  # noqa: ARG002
        """Look for gold."""
        raise NotProvableError("there is no gold")

    def undo(self, actuators: Actuators[Path], memory: dict[str, Any]) -> None:  # noqa: ARG002
        """Look for gold once more."""
        raise NotProvableError("there is no gold")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A journal without a platform: two files, a short limit, and the scenario's name."""
    monkeypatch.setattr(TIME, "patience", 0.001)
    for thing in ("apple", "pear"):
        (tmp_path / thing).write_text("red")
    actuators = Actuators(kube=lambda: None, aws=lambda _: None, own=tmp_path)
    return lambda scenario="One", owned="": Journal(
        PlatformState(tmp_path, "trial"), actuators, lambda: owned, scenario
    )


def test_one_that_cannot_be_undone(bench: Any, tmp_path: Path) -> None:
    """A fault that cannot be undone is named and stays outstanding; it does not keep the others from being undone."""
    bench().inject(Dip("apple"))
    bench().inject(Dip("pear", dry=True))
    with pytest.raises(UndoError, match=r"dip thing pear.*OSError: the paint is dry"):
        bench().undo()
    assert "red" == (tmp_path / "apple").read_text()
    assert ["pear"] == [entry.fault.thing for entry in bench("").outstanding()]


def test_one_that_the_target_lacks_what_it_takes_for(bench: Any, tmp_path: Path) -> None:
    """What could not even be begun is not outstanding: it could never be undone, and nothing else with it."""
    bench().inject(Dip("apple"))
    with pytest.raises(NotProvableError, match="there is no gold"):
        bench().inject(Gild("pear"))
    assert ["apple"] == [entry.fault.thing for entry in bench("").outstanding()]
    assert 1 == len(bench().undo())
    assert bench("").clear


def test_of_one_scenario(bench: Any, tmp_path: Path) -> None:
    """A scenario's journal undoes its own faults, a journal of no scenario all."""
    bench("One").inject(Dip("apple"))
    bench("Two").inject(Dip("pear"))
    assert ["dip thing apple"] == bench("One").undo()
    assert ["dip thing pear"] == bench("").undo()
    assert [] == bench("").undo()


def test_abandoned(bench: Any, tmp_path: Path) -> None:
    """Faults of a process that is gone are told from those of one that still runs."""
    bench().inject(Dip("apple"))
    assert [] == bench("").undo_abandoned()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    file = tmp_path / ".seatrial" / "trial" / "journal.jsonl"
    record = json.loads(file.read_text()) | {"pid": gone.pid}
    file.write_text(json.dumps(record) + "\n")
    assert 1 == len(bench("").undo_abandoned())


def test_refused(bench: Any, tmp_path: Path) -> None:
    """Nothing is written down of what is refused."""
    with pytest.raises(NotOursError, match="refused to dip thing apple: not ours"):
        bench(owned="not ours").inject(Dip("apple"))
    assert [] == bench("").outstanding()


def test_unknown_kind() -> None:
    """A journal with a fault that nobody defines says so."""
    with pytest.raises(UsageError, match="a fault of the kind 'flood', which nothing here defines"):
        fault_from({"kind": "flood", "fields": {}})


def test_kinds_are_told_apart() -> None:
    """Two faults of one kind are refused: the journal could not tell them apart."""
    with pytest.raises(TypeError, match="kind 'dip' is taken by Dip"):
        type("Other", (Dip,), {"kind": "dip"})

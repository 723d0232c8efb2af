"""The platform of another team: a shelf of files, one for each key, with its value in it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from seatrial.checks.convergence import PULSE
from seatrial.checks.observer import Absent, Fidelity, Observer, reading, reading_of_settings
from seatrial.errors import StandupError
from seatrial.faults import Fault
from seatrial.provisioning.comparing import Difference
from seatrial.provisioning.contract import Actuators, Check, Problem
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState, platforms

STOCK = {"apple": "red", "pear": "green", "plum": "blue"}


class Shelf(Observer):
    """Reads the files."""

    def __init__(self, name: str, fidelity: Fidelity, folder: Path) -> None:
        super().__init__(name, fidelity)
        self._folder = folder

    @reading
    def rows(self) -> dict[str, dict[str, object]]:
        """Return the colour of each thing on the shelf."""
        return {file.name: {"colour": file.read_text()} for file in sorted(self._folder.iterdir())}

    @reading_of_settings
    def wishes(self) -> dict[str, dict[str, object]]:
        """Return the colour that each thing should have."""
        return {name: {"colour": colour} for name, colour in STOCK.items()}

    def evidence(self) -> object:
        """Return everything on the shelf."""
        return self.rows()


class Bell(Observer):
    """Is watched: it rings as soon as something changes."""

    watched = True
    rung = 0

    @reading
    def times(self) -> int:
        """Say how often it has been rung."""
        return self.rung

    def ring(self) -> None:
        """Ring it."""
        self.rung += 1
        PULSE.beat()


class Fogged(Observer):
    """Cannot show any evidence."""

    def evidence(self) -> object:
        """Fail."""
        raise ConnectionError("the lens is fogged")


@dataclass(frozen=True)
class Brushes:
    """What paints: where the things are, and where it is written down that they were painted."""

    folder: Path
    root: Path


@dataclass(frozen=True)
class Paint(Fault):
    """Return a thing another colour."""

    kind: ClassVar[str] = "paint"
    thing: str
    colour: str
    trouble: str = ""

    def before(self, actuators: Actuators[Brushes]) -> dict[str, Any]:
        """Remember its colour."""
        return {"colour": self._file(actuators).read_text()}

    def apply(self, actuators: Actuators[Brushes]) -> None:
        """Paint it, if only half way."""
        journal = (actuators.own.root / ".seatrial" / "trial" / "journal.jsonl").read_text()
        log(actuators.own.root, f"paint {self.thing} {self.colour}, written {self.thing in journal}")
        self._file(actuators).write_text(self.colour)
        if self.trouble == "half way":
            raise OSError("out of paint")

    def undo(self, actuators: Actuators[Brushes], memory: dict[str, Any]) -> None:
        """Paint it as it was."""
        if self.trouble == "for good":
            raise OSError("the paint is dry")
        log(actuators.own.root, f"undo {self.thing} {self.colour}")
        if self.trouble == "slowly":
            time.sleep(1.0)
        self._file(actuators).write_text(memory["colour"])

    def remaining(self, actuators: Actuators[Brushes], memory: dict[str, Any]) -> list[str]:
        """Name it while it has not its colour."""
        log(actuators.own.root, f"verify {self.thing}")
        return [] if self._file(actuators).read_text() == memory["colour"] else [self.thing]

    def _file(self, actuators: Actuators[Brushes]) -> Path:
        return actuators.own.folder / self.thing


class TheirPlatform:
    """The shelf, once it stands."""

    def __init__(self, root: Path, team: str, target: str) -> None:
        self.team, self.target = team, target
        self.state = PlatformState(root, team)
        self.facts: Mapping[str, str] = {"zone": "shelf.example.com"}
        self._root = root
        self._folder = self.state.dir / "shelf"
        self._instruments: dict[str, Observer | Absent] = {
            "shelf": Shelf("shelf", Fidelity.REAL, self._folder),
            "mirror": Shelf("mirror", Fidelity.SIMULATED, self._folder),
            "bell": Bell("bell", Fidelity.REAL),
            "radio": Absent("radio", f"{target} has no radio"),
            "fogged": Fogged("fogged", Fidelity.REAL),
        }

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers."""
        return self._instruments

    def actuators(self) -> Actuators[Brushes]:
        """Return what paints."""
        own = Brushes(self._folder, self._root)
        return Actuators(kube=lambda: None, aws=lambda _: None, unwhole=self._unwhole, own=own)

    def owned(self) -> str:
        """Say whose shelf it is."""
        return (self._root / "foreign").read_text() if (self._root / "foreign").exists() else ""

    def close(self) -> None:
        """Note it."""
        log(self._root, "close")

    def _unwhole(self) -> Sequence[str]:
        return [f"{thing} is not {colour}" for thing, colour in STOCK.items() if self._colour(thing) != colour]

    def _colour(self, thing: str) -> str:
        return (self._folder / thing).read_text()


class Provisioning:
    """Builds shelves."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def targets(self) -> Sequence[str]:
        """Name the woods."""
        return ["local", "oak"]

    def up(self, team: str, target: str, progress: Progress) -> bool:
        """Put everything onto the shelf."""
        log(self._root, f"up {team} {target}")
        if self.is_up(team, target):
            return False
        state = PlatformState(self._root, team)
        folder = state.path("shelf", "apple").parent
        if (self._root / "no-wood").exists():
            raise StandupError('the gate "wood is there" was not met within 1 s; last seen: none')
        with progress.step("1/1 fill the shelf"):
            for thing, colour in STOCK.items():
                (folder / thing).write_text(colour)
        state.write("up", {"target": target})
        return True

    def down(self, team: str, progress: Progress) -> None:  # noqa: ARG002 - says nothing
        """Remove the shelf."""
        log(self._root, f"down {team}")
        if (self._root / "nailed").exists():
            raise StandupError("the shelf is nailed to the wall")
        PlatformState(self._root, team).remove()

    def sweep(self, progress: Progress) -> list[str]:  # noqa: ARG002 - says nothing
        """Remove every shelf."""
        found = platforms(self._root)
        for state in found:
            state.remove()
        return [state.team for state in found]

    def open(self, team: str, target: str) -> TheirPlatform:
        """Look at the shelf."""
        return TheirPlatform(self._root, team, target)

    def is_up(self, team: str, target: str) -> bool:
        """Return whether the shelf is filled."""
        return PlatformState(self._root, team).read("up") == {"target": target}

    def status(self, team: str) -> dict[str, Any]:
        """Name its folder."""
        return {"team": team, "shelf": str(PlatformState(self._root, team).dir / "shelf")}

    def doctor(self, target: str) -> list[Check]:
        """Say what there is to build with."""
        missing = (self._root / "no-wood").exists()
        return [Check(target, "missing" if missing else "found", remedy="fell a tree" if missing else "")]

    def differences(self, team: str, target: str) -> list[Difference]:  # noqa: ARG002 - all woods are alike
        """Hold the shelf against its stock."""
        if (self._root / "fog").exists():
            raise StandupError("the shelf cannot be seen")
        folder = PlatformState(self._root, team).dir / "shelf"
        there = {file.name: file.read_text() for file in folder.iterdir()}
        gone = [Difference(thing, "", "present", None) for thing in STOCK if thing not in there]
        beside = [Difference(t, "", None, "present", "somebody at noon") for t in there if t not in STOCK]
        painted = [
            Difference(thing, "colour", colour, there[thing])
            for thing, colour in STOCK.items()
            if there.get(thing, colour) != colour
        ]
        return sorted(gone + beside + painted, key=lambda one: one.thing)

    def lint(self) -> list[Problem]:
        """Check the plan of the shelf."""
        return [Problem("shelf.txt:1", "expected a plank")] if (self._root / "shelf.txt").exists() else []


def log(root: Path, line: str) -> None:
    """Note what was asked."""
    with (root / "calls.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")

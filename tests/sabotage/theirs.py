"""The breaks of another team, as a module of their project."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from seatrial.faults import Fault
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Chance, Pick, Round, Sabotage, Sabotages, Site

SHELF = "features/shelf.feature"
ROUND, OTHER = Round("the shelf", patience=1.0), Round("the oak", patience=1.0, targets=("oak",))


@dataclass(frozen=True)
class Smear(Fault):
    """Give a thing another colour, behind everybody's back."""

    kind: ClassVar[str] = "smear"
    thing: str
    colour: str
    trouble: str = ""

    def before(self, actuators: Actuators[Any]) -> dict[str, Any]:
        """Remember its colour."""
        return {"colour": self._file(actuators).read_text()}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Smear it."""
        journal = actuators.own.root / ".seatrial" / "trial" / "sabotage.jsonl"
        _note(f"smear {self.thing}, written {self.thing in journal.read_text()}")
        self._file(actuators).write_text(self.colour)

    def undo(self, actuators: Actuators[Any], memory: dict[str, Any]) -> None:
        """Clean it."""
        if self.trouble:
            raise OSError(self.trouble)
        _note(f"clean {self.thing}")
        self._file(actuators).write_text(memory["colour"])

    def _file(self, actuators: Actuators[Any]) -> Path:
        return Path(actuators.own.folder, self.thing)


def smeared(site: Site) -> tuple[str, ...]:
    site.inject(Smear("apple", "black"))
    return ("apple",)


def smeared_beside(site: Site) -> tuple[str, ...]:
    site.inject(Smear("pear", "grey"))
    return ("pear",)


def impossible(site: Site) -> tuple[str, ...]:
    raise LookupError("there is no quince")


def killed(site: Site) -> tuple[str, ...]:
    site.inject(Smear("apple", "black"))
    os.kill(os.getpid(), signal.SIGKILL)
    return ("apple",)


def judged_by_somebody_else(site: Site) -> tuple[str, ...]:
    """Have somebody else judge the platform as it is broken."""
    site.inject(Smear("apple", "black"))
    verify = [sys.executable, "-c", "from seatrial.cli import main; main()", "verify", "--report=other"]
    ended = subprocess.run(verify, capture_output=True, text=True, check=False)
    _note(f"somebody else: {ended.returncode} {ended.stdout}")
    return ("apple",)


def any_smeared(site: Site, dice: Random) -> Pick:
    thing, colour = dice.choice(("apple", "pear", "plum")), dice.choice(("black", "grey"))
    return Pick(thing, f"{thing} is {colour}", (thing, colour), lambda: site.inject(Smear(thing, colour)))


@dataclass(frozen=True)
class Unsettle(Fault):
    """Have the platform seem to be no longer up, as one of which a process has ended."""

    kind: ClassVar[str] = "unsettle"

    def apply(self, actuators: Actuators[Any]) -> None:
        """Unsettle it."""
        self._record(actuators).rename(self._record(actuators).with_suffix(".aside"))

    def undo(self, actuators: Actuators[Any], memory: dict[str, Any]) -> None:  # noqa: ARG002
        """Settle it."""
        self._record(actuators).with_suffix(".aside").rename(self._record(actuators))

    def _record(self, actuators: Actuators[Any]) -> Path:
        return Path(actuators.own.folder).parent / "up.json"


def unsettled(site: Site) -> tuple[str, ...]:
    site.inject(Unsettle())
    return smeared(site)


BREAKS = {
    "unsettled": unsettled,
    "smeared": smeared,
    "smeared beside": smeared_beside,
    "impossible": impossible,
    "killed": killed,
    "judged by somebody else": judged_by_somebody_else,
}
_TOLD = [line.split("|") for line in Path("breaks.txt").read_text().splitlines()]  # name|scenario|word
_WHY = [line.split("|") for line in Path("why.txt").read_text().splitlines()] if Path("why.txt").exists() else []

SABOTAGES = Sabotages(
    (
        Sabotage("only on oak", smeared, f"{SHELF}::apple", OTHER),
        *(
            Sabotage(f"{name} {scenario}", BREAKS[name], f"{SHELF}::{scenario}", ROUND, (word,) if word else ())
            for name, scenario, word in _TOLD
        ),
    ),
    {f"{SHELF}::{scenario}": why for scenario, why in _WHY},
    (
        Chance("a smear", any_smeared, f"{SHELF}::apple"),
        Chance("a quince", lambda _site, _random: None, f"{SHELF}::pear"),
    ),
    Round("at random", patience=1.0, targets=("local",)),
)


def _note(line: str) -> None:
    with Path("notes.txt").open("a") as file:
        file.write(line + "\n")

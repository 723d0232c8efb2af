"""The shelf, whose builder also says what it would do, and what others have left in the yard."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import theirs

from seatrial.errors import UsageError
from seatrial.provisioning.overdue import Leftover, Overdue
from seatrial.provisioning.planned import Bill, Change, Cost, Plan
from seatrial.provisioning.progress import Progress

LEFT = (Leftover("blue", ("plank p1", "plank p2"), "2026-01-01T00:00:00Z"), Leftover("red", ("nail n1",), "2026-02-01"))


class Provisioning(theirs.Provisioning):  # type: ignore[misc]  # which is found where it runs
    """Builds shelves, and says so before."""

    def plan(self, team: str, target: str, progress: Progress, *, prune: bool) -> Plan:
        """Say what would be put onto the shelf."""
        del team, progress
        changes = (
            Change("made", "apple"),
            Change("changed", "pear", "colour"),
            Change("removed" if prune else "left", "melon", "nobody agreed on it\n\x1b[31m"),
        )
        if target == "local":
            return Plan(changes)
        lines = [Cost("3 planks", Decimal("0.15")), Cost("1 rare plank", None), Cost("a nail", Decimal("0.5") / 730)]
        return Plan(changes, ["the wall: it is dark"], Bill(lines, "USD", 730, ["prices of yesterday"]))

    def overdue(self, team: str, target: str) -> Overdue:
        """Say what lies in the yard."""
        if target == "local":
            raise UsageError("--expired: nothing here has an end")
        gone = {line.removeprefix("removed ") for line in self._notes()}
        left = [one for one in LEFT if one.team not in gone]
        return Overdue(f"the yard, asked by {team}", left, ["plank p9: its tag is '\x1b[2J'"], ["green"])

    def remove_overdue(self, team: str, target: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Take it away."""
        del team, target, progress
        if (self._root / "heavy").exists() and leftover.team == "blue":
            raise UsageError("blue cannot be lifted")
        theirs.log(self._root, f"removed {leftover.team}")
        return leftover.things

    def _notes(self) -> list[str]:
        file = self._root / "calls.jsonl"
        return [line.strip('"') for line in file.read_text().splitlines()] if file.exists() else []

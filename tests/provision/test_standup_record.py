"""What a standup leaves on record: its steps as they were begun, and how long it took."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from provision.observers.standup import Standup
from provision.targets.base.target import lasted
from seatrial.provisioning.state import PlatformState


def kept(folder: Path, *began: float) -> Standup:
    """Keep a record of steps that took five seconds each, by when each was begun."""
    state = PlatformState(folder, "trial")
    entry: dict[str, Any] = {"done": True, "seconds": 5.0, "gates": {}}
    state.write("standup", {"steps": {str(n): entry | {"step": f"step {n}", "began": b} for n, b in enumerate(began)}})
    return Standup(state)


def test_steps_stand_in_the_order_in_which_they_were_begun(tmp_path: Path) -> None:
    """A step that was taken before its turn stands where it was taken, whatever its number is."""
    assert ["step 0", "step 1", "step 2"] == list(kept(tmp_path, 100.0, 105.0, 110.0).steps())
    assert ["step 0", "step 2", "step 1"] == list(kept(tmp_path, 100.0, 120.0, 110.0).steps())


def test_a_step_that_did_not_wait_is_found(tmp_path: Path) -> None:
    """A step is in turn if the one before it was done."""
    rows = kept(tmp_path, 100.0, 105.0, 107.0).steps()
    assert [True, True, False] == [row["in_turn"] for row in rows.values()]


def test_a_standup_lasts_from_its_first_attempt() -> None:
    """What was begun an hour ago and resumed took an hour; what was whole once keeps its time."""
    assert 3600.0 == lasted({"began": 1000.0, "up": False}, now=4600.0)
    assert 25.5 == lasted({"began": 1000.0, "seconds": 25.5}, now=4600.0)

"""A standup as a plan: ordered steps, each with gates that must be met before the next begins."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seatrial.errors import SeatrialError, StandupError
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState

RECORD = "standup"
"""Under which name a platform's state has the record of its standup."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5  # seconds between two looks at a gate


@dataclass(frozen=True)
class Gate:
    """Something that must be true before the next step.

    Attributes:
        name: What it is, as a person would say it.
        unmet: Looks once, and names what is not yet as it must be; nothing when the gate is met.
        within: Its own limit in seconds.
    """

    name: str
    unmet: Callable[[], Sequence[str]]
    within: float


@dataclass(frozen=True)
class Step:
    """One step of a standup: doing it twice must change nothing the second time."""

    name: str
    do: Callable[[], None]
    gates: Sequence[Gate] = ()


def run(
    steps: Sequence[Step], state: PlatformState, progress: Progress, *, patience: float = 1.0, record: str = RECORD
) -> None:
    """Take the steps in order; record when each began and how long it and each of its gates took.

    A step that a former run has not finished is taken again, which is how a standup resumes.

    Args:
        steps: The steps.
        state: The platform's state.
        progress: Told how it goes.
        patience: What every limit is multiplied by.
        record: Under which name the state has it.

    Raises:
        StandupError: If a step fails or a gate is not met within its limit.
    """
    for number, step in enumerate(steps, 1):
        title = f"{number}/{len(steps)} {step.name}"
        began = time.time()
        entry: dict[str, object] = {"step": step.name, "began": began, "done": False}
        _record(state, record, number, entry)
        with progress.step(title):
            try:
                step.do()
            except StandupError:
                raise
            except (SeatrialError, OSError) as error:
                raise StandupError(f"{title} failed: {error}") from error
            except Exception as error:  # whatever library it comes from, a user gets one message
                raise StandupError(f"{title} failed: {type(error).__name__}: {error}") from error
            gates = {gate.name: _wait(gate, title, progress, patience) for gate in step.gates}
        _record(state, record, number, entry | {"done": True, "seconds": round(time.time() - began, 2), "gates": gates})


def _wait(gate: Gate, title: str, progress: Progress, patience: float) -> float:
    started, pause, limit = time.monotonic(), _FIRST_PAUSE, gate.within * patience
    while True:
        try:
            unmet = list(gate.unmet())
        except Exception as error:  # noqa: BLE001 - a look that fails is a gate that is not met, and is shown
            unmet = [f"could not look: {type(error).__name__}: {error}"]
        elapsed = time.monotonic() - started
        if not unmet:
            return round(elapsed, 2)
        more = f" and {len(unmet) - 3} more" if len(unmet) > 3 else ""  # noqa: PLR2004 - three are enough to read
        seen = "; ".join(unmet[:3]) + more
        if elapsed > limit:
            raise StandupError(
                f'{title}: the gate "{gate.name}" was not met within {limit:g} s; last seen: {seen}. '
                "Run the same command again to resume here."
            )
        progress.now(f"{title}: {gate.name} ({elapsed:.0f} s): {seen}" if progress.live else f"waiting: {gate.name}")
        time.sleep(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE)


def _record(state: PlatformState, name: str, number: int, entry: dict[str, object]) -> None:
    record = state.read(name) or {"steps": {}}
    record["steps"][str(number)] = entry
    state.write(name, record)

"""The journal of a platform's faults: written before each happens, worked off when they are undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seatrial.convergence import eventually
from seatrial.errors import NotOursError
from seatrial.expectations import Judgement, Mismatch
from seatrial.faults.base import Fault, fault_from
from seatrial.project import Hands
from seatrial.state import PlatformState
from seatrial.timing import TIME

_FILE = "journal"


@dataclass(frozen=True)
class _Entry:
    id: str
    fault: Fault
    memory: dict[str, Any]


class Journal:
    """Makes faults and undoes them.

    Args:
        state: The platform's state, where the journal is kept.
        hands: What faults act with.
        owned: Says why the platform is not this harness's own; nothing when it is.
        scenario: Who does it, for the record.
    """

    def __init__(self, state: PlatformState, hands: Hands, owned: Callable[[], str], scenario: str = "") -> None:
        self._state = state
        self._hands = hands
        self._owned = owned
        self._scenario = scenario
        self._trusted = False

    def inject(self, fault: Fault) -> None:
        """Write *fault* down, then do it.

        Raises:
            NotOursError: If the platform does not carry this harness's ownership mark.
        """
        if not self._trusted:
            if reason := self._owned():
                raise NotOursError(f"refused to {fault}: {reason}")
            self._trusted = True
        memory = fault.before(self._hands)
        entry = {"id": uuid.uuid4().hex, "scenario": self._scenario, "memory": memory, **fault.journalled()}
        self._state.append(_FILE, entry)
        fault.apply(self._hands)

    def undo(self) -> list[str]:
        """Undo what this scenario has outstanding, the last first, and see that it is undone; name what was.

        A journal of no scenario undoes whatever any scenario has outstanding.

        Raises:
            UnmetError: If the platform does not become whole again; it names what is missing.
        """
        outstanding = self.outstanding()
        if not outstanding:
            return []
        for entry in outstanding:
            eventually(lambda e=entry: self._undo(e), _nothing("undone"), within=TIME.undo)  # type: ignore[misc]
        remaining = _nothing("put back")
        eventually(lambda: self._remaining(outstanding), remaining, within=TIME.undo)
        eventually(lambda: list(self._hands.unwhole()), _nothing("whole again"), within=TIME.undo)
        for entry in outstanding:
            self._state.append(_FILE, {"id": entry.id, "undone": True})
        return [str(entry.fault) for entry in outstanding]

    def outstanding(self) -> list[_Entry]:
        """Give what is not undone yet, the last first."""
        records = self._state.records(_FILE)
        undone = {r["id"] for r in records if r.get("undone")}
        mine = [r for r in records if self._scenario in ("", r.get("scenario"))]
        open_ = [r for r in mine if not r.get("undone") and r["id"] not in undone]
        return [_Entry(r["id"], fault_from(r), r["memory"]) for r in reversed(open_)]

    def _remaining(self, entries: list[_Entry]) -> list[str]:
        return [left for entry in entries for left in entry.fault.remaining(self._hands, entry.memory)]

    def _undo(self, entry: _Entry) -> list[str]:
        entry.fault.undo(self._hands, entry.memory)
        return []


def _nothing(what: str) -> Callable[[list[str]], Judgement]:
    """Expect an empty list of troubles."""
    return lambda troubles: Judgement(tuple(Mismatch("platform", what, trouble) for trouble in troubles))

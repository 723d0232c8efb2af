"""The journal of a platform's faults: written before each happens, worked off when they are undone."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import psutil

from seatrial.checks.convergence import UnmetError, eventually
from seatrial.checks.expectations import Judgement, Mismatch
from seatrial.checks.limits import TIME
from seatrial.checks.observer import RECORDER, NotProvableError
from seatrial.errors import NotOursError, UndoError
from seatrial.faults.base import Fault, fault_from
from seatrial.provisioning.adopting import OnlyLookedAtError
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState

FAULTS, SABOTAGE = "journal", "sabotage"
"""The logs of what scenarios do, and of what a saboteur has broken: no scenario undoes the latter, nor waits for it."""


@dataclass(frozen=True)
class Entry:
    """One fault that is not undone yet: what it remembers, and the process that made it."""

    id: str
    fault: Fault
    memory: dict[str, Any]
    pid: int


class Journal:
    """Makes faults and undoes them.

    Args:
        state: The platform's state, where the journal is kept.
        actuators: What faults act with.
        owned: Says why the platform is not this harness's own; nothing when it is.
        scenario: Who does it, for the record.
        log: The log of the state that is written; what stands in another is not seen.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from seatrial.provisioning.state import PlatformState
        >>> state = PlatformState(Path(tempfile.mkdtemp()), "team1")
        >>> Journal(state, Actuators(kube=lambda: None, aws=lambda _: None), owned=lambda: "").outstanding()
        []
    """

    def __init__(
        self,
        state: PlatformState,
        actuators: Actuators[Any],
        owned: Callable[[], str],
        scenario: str = "",
        *,
        log: str = FAULTS,
    ) -> None:
        self._state = state
        self._actuators = actuators
        self._owned = owned
        self._scenario = scenario
        self._log = log
        self._trusted = False

    def inject(self, fault: Fault) -> None:
        """Write *fault* down, then do it.

        Raises:
            NotOursError: If the platform does not carry this harness's ownership mark.
            NotProvableError: If the target lacks what it takes; nothing is outstanding then.
        """
        if not self._trusted:
            if reason := self._owned():
                raise NotOursError(f"refused to {fault}: {reason}")
            self._trusted = True
        memory = fault.before(self._actuators)
        entry = {"id": uuid.uuid4().hex, "scenario": self._scenario, "pid": os.getpid(), "memory": memory}
        self._state.append(self._log, entry | fault.journalled())
        RECORDER.happen("done", fault)
        try:
            fault.apply(self._actuators)
        except NotProvableError:  # the target lacks what it takes: nothing to undo, nor to undo it with
            self._state.append(self._log, {"id": entry["id"], "undone": True})
            raise

    def undo(self) -> list[str]:
        """Undo what this scenario has outstanding, the last first, and see that it is undone; name what was.

        A journal of no scenario undoes whatever any scenario has outstanding. A fault that cannot be undone does not
        keep the others from it, and stays outstanding.

        Raises:
            UndoError: If the platform does not become whole again; it names what is missing.
        """
        return self._undo(self.outstanding())

    def undo_abandoned(self) -> list[str]:
        """Undo, as `undo` does, what is outstanding of processes that are gone, as a crashed worker's is.

        A process id that is in use again hides its faults from this; they are undone when the session ends.
        """
        return self._undo([entry for entry in self.outstanding() if not _alive(entry.pid)])

    def put_back(self) -> list[str]:
        """Undo once, and without waiting for it, what is outstanding of processes that are gone; name what was.

        For a standup that resumes: machines that a fault has stopped must run before it can wait for them. All of it
        stays outstanding, so that the next trial sees that it is undone.
        """
        done = []
        for record in self._open():
            if not _alive(record["pid"]):
                # Whatever hinders it, a fault of another project's kind included, is for the trial to report.
                with suppress(Exception):
                    fault = fault_from(record)
                    fault.undo(self._actuators, record["memory"])
                    done.append(str(fault))
        return done

    @property
    def clear(self) -> bool:
        """Whether nothing is outstanding, not even of a kind that nothing here defines."""
        return not self._open()

    def outstanding(self) -> list[Entry]:
        """Return what is not undone yet, the last first."""
        return [Entry(r["id"], fault_from(r), r["memory"], r["pid"]) for r in self._open()]

    def _open(self) -> list[dict[str, Any]]:
        records = self._state.records(self._log)
        undone = {r["id"] for r in records if r.get("undone")}
        mine = [r for r in records if self._scenario in ("", r.get("scenario"))]
        return [r for r in reversed(mine) if not r.get("undone") and r["id"] not in undone]

    def _undo(self, entries: Sequence[Entry]) -> list[str]:
        if not entries:
            return []
        troubles: list[str] = []
        undone = [entry for entry in entries if self._ends_well(partial(self._put_back, entry), "undone", troubles)]
        if self._ends_well(lambda: self._remaining(undone), "put back", troubles):
            whole = bool(troubles) or self._ends_well(lambda: list(self._actuators.unwhole()), "whole again", troubles)
            for entry in undone if whole else []:
                self._state.append(self._log, {"id": entry.id, "undone": True})
                RECORDER.happen("undone", entry.fault)
        if troubles:
            raise UndoError("not everything could be undone; run `seatrial sweep`\n" + "\n".join(troubles))
        return [str(entry.fault) for entry in entries]

    def _ends_well(self, look: Callable[[], list[str]], what: str, troubles: list[str]) -> bool:
        try:
            eventually(look, _nothing(what), within=TIME.undo)
        except UnmetError as error:
            troubles.append(str(error))
            return False
        return True

    def _remaining(self, entries: Sequence[Entry]) -> list[str]:
        return [left for entry in entries for left in entry.fault.remaining(self._actuators, entry.memory)]

    def _put_back(self, entry: Entry) -> list[str]:
        try:
            entry.fault.undo(self._actuators, entry.memory)
        except OnlyLookedAtError:  # what may not be sent to undo it was not let out to do it either
            return []
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again, and shown if it stays
            return [f"{entry.fault}: {type(error).__name__}: {error}"]
        return []


def _nothing(what: str) -> Callable[[list[str]], Judgement]:
    """Expect an empty list of troubles."""
    return lambda troubles: Judgement(tuple(Mismatch("platform", what, trouble) for trouble in troubles))


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

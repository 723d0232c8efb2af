"""What a provisioning of one cluster has to say, and what follows from it."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.errors import StateError
from seatrial.plain.platform import KUBECONFIG, RECORD, PlainPlatform
from seatrial.provisioning.contract import Check, KubeContext, Problem
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.standup import Gate, Step, run
from seatrial.provisioning.state import PlatformState, platforms


class Plain(ABC):
    """Builds a platform that is one cluster. A project's own says how it is made, what it lacks, and how it ends.

    Everything else follows: the state that is written down before anything is made, the mark by which the cluster is
    known as ours, resuming, `status`, `down`, `sweep`, and the observers of a cluster.

    Args:
        root: The project's root.

    Attributes:
        target: What such a platform is called.
        fidelity: How true it is.
        within: How long it may take (seconds) until nothing is lacking.

    Example:
        >>> class Provisioning(Plain):
        ...     target = "lab"
        ...     def make(self, state, progress): ...
        ...     def lacking(self, state): return []
        ...     def remove(self, state): ...
        >>> list(Provisioning(Path()).targets())
        ['lab']
    """

    target = "cluster"
    fidelity = Fidelity.REAL
    within = 300.0

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @abstractmethod
    def make(self, state: PlatformState, progress: Progress) -> None:
        """Make the cluster and what runs on it, as far as it is not there; a second time changes nothing.

        Its kubeconfig is written to ``state.path("kubeconfig")``, and ``state.team`` goes into every name outside.
        """

    @abstractmethod
    def lacking(self, state: PlatformState) -> Sequence[str]:
        """Name what of it is not there, or not ready; nothing when it is up. It only looks."""

    @abstractmethod
    def remove(self, state: PlatformState) -> None:
        """Remove the cluster with all that belongs to it, however far it was made; there may be nothing."""

    def beside(self, state: PlatformState) -> Mapping[str, Observer | Absent]:  # noqa: ARG002 - for who has some
        """Return further observers by name; none unless overridden."""
        return {}

    def targets(self) -> Sequence[str]:
        """Name the one target."""
        return (self.target,)

    def up(self, team: str, target: str, progress: Progress) -> bool:
        """Make it, wait until nothing is lacking, and have it carry our mark; say whether anything had to be done.

        Raises:
            StandupError: If it cannot be made, or something is still lacking in the end.
        """
        if self.is_up(team, target):
            return False
        state = PlatformState(self.root, team)
        with state.lock():
            if state.read(RECORD) is None:
                state.write(RECORD, {"mark": str(uuid.uuid4()), "target": target})
            whole = Gate("all is there", lambda: self.lacking(state), self.within)
            make, mark = lambda: self.make(state, progress), self._open(state).mark
            run([Step("make it", make, [whole]), Step("mark it", mark)], state, progress)
            state.write(RECORD, {**(state.read(RECORD) or {}), "up": True})
        return True

    def down(self, team: str, progress: Progress) -> None:
        """Remove it, and what is written down of it."""
        state = PlatformState(self.root, team)
        with state.alone(), progress.step(f"remove {team}"):
            self.remove(state)
            state.remove()

    def sweep(self, progress: Progress) -> list[str]:
        """Remove every platform that no live command is at work on; name them.

        Raises:
            StateError: If one is in use; what is not is removed all the same.
        """
        removed, busy = [], []
        for state in platforms(self.root):
            try:
                self.down(state.team, progress)
                removed.append(state.team)
            except StateError as error:
                busy.append(str(error))
        if busy:
            raise StateError("; ".join(busy))
        return removed

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> PlainPlatform:  # noqa: ARG002
        """Connect to it: by its own kubeconfig, or as *reach* says."""
        return self._open(PlatformState(self.root, team), reach)

    def is_up(self, team: str, target: str) -> bool:  # noqa: ARG002 - there is one target
        """Return whether it was made to the end, and nothing of it is lacking."""
        state = PlatformState(self.root, team)
        record = state.read(RECORD) if state.exists() else None
        return bool(record and record.get("up")) and not self.lacking(state)

    def status(self, team: str) -> dict[str, Any]:
        """Say where its kubeconfig is, and what is lacking."""
        state = PlatformState(self.root, team)
        return {"target": self.target, KUBECONFIG: str(state.dir / KUBECONFIG), "lacking": list(self.lacking(state))}

    def doctor(self, target: str) -> list[Check]:  # noqa: ARG002 - there is one
        """Return nothing: what it needs is not known here."""
        return []

    def lint(self) -> list[Problem]:
        """Return nothing: no files are known here."""
        return []

    def _open(self, state: PlatformState, reach: KubeContext | None = None) -> PlainPlatform:
        return PlainPlatform(state, self.target, self.fidelity, self.beside(state), reach)

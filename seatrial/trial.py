"""One trial: the platform that a pytest session judges, stood up if need be and taken down if this session made it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seatrial.errors import UsageError
from seatrial.faults.journal import Journal
from seatrial.observing import Absent
from seatrial.progress import Progress
from seatrial.project import Platform, Provisioning, load
from seatrial.state import PlatformState

TRIAL = pytest.StashKey["Trial"]()
"""Where a session keeps its trial."""


class Trial:
    """The platform under judgement.

    Args:
        root: The project's root.
        team: The platform's ``$TEAMID``.
        target: Where it is built.
    """

    def __init__(self, root: Path, team: str, target: str) -> None:
        self.root, self.team, self.target = root, team, target
        self._provisioning: Provisioning | None = None
        self._platform: Platform | None = None
        self._made_it = False

    @property
    def provisioning(self) -> Provisioning:
        """The project's provisioning.

        Raises:
            UsageError: If the target is not one of its targets.
        """
        if self._provisioning is None:
            provisioning = load(self.root)
            if self.target not in provisioning.targets():
                known = ", ".join(provisioning.targets())
                raise UsageError(f"--target {self.target}: no such target; expected one of {known}")
            self._provisioning = provisioning
        return self._provisioning

    @property
    def platform(self) -> Platform:
        """The platform, connected to when first asked for."""
        if self._platform is None:
            self._platform = self.provisioning.open(self.team, self.target)
        return self._platform

    def stand_up(self, progress: Progress) -> None:
        """Stand the platform up unless it is, and undo what a crashed session has left undone."""
        if not self.provisioning.is_up(self.team, self.target):
            self._made_it = not PlatformState(self.root, self.team).exists()
            self.provisioning.up(self.team, self.target, progress)
        for fault in self.journal("").undo():
            progress.line(f"undone, left by an earlier run: {fault}")

    def take_down(self, progress: Progress, *, keep: bool) -> None:
        """Take down what this trial stood up itself, unless told to *keep* it."""
        if self._platform is not None:
            self._platform.close()
            self._platform = None
        if self._made_it and not keep:
            self.provisioning.down(self.team, progress)

    def journal(self, scenario: str) -> Journal:
        """Give the journal for the faults and changes of *scenario*."""
        platform = self.platform
        return Journal(platform.state, platform.hands(), platform.owned, scenario)

    def lacking(self, fixtures: set[str]) -> list[str]:
        """Give the reasons why a scenario that needs *fixtures* is not provable on this target."""
        instruments = self.platform.instruments()
        return sorted(i.reason for name in fixtures if isinstance(i := instruments.get(name), Absent))

    @contextmanager
    def turn(self, *, exclusive: bool) -> Iterator[None]:
        """Hold a turn on the platform: disruptive scenarios have it to themselves, others share it."""
        with self.platform.state.path("turn.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield

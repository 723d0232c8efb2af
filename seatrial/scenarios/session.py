"""One trial: the platform that a pytest session judges, stood up if need be and taken down if this session made it."""

from __future__ import annotations

import difflib
import fcntl
import os
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from seatrial import contained
from seatrial.checks.observer import Absent, Observer
from seatrial.errors import NotOursError, OutOfReachError, UsageError
from seatrial.faults.journal import Journal
from seatrial.masking import MASK
from seatrial.provisioning.adopting import CHANGING, ONLY, Adopts, LookedAt, refuse
from seatrial.provisioning.contract import KubeContext, Platform, Provisioning, SupportsReporting
from seatrial.provisioning.loading import check_methods, check_target, load, rehearse
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import TRIAL as TRIAL_LOCK
from seatrial.provisioning.state import PlatformState
from seatrial.scenarios.presence import Role, as_found, enter, found_unwhole

TRIAL = pytest.StashKey["Trial"]()
"""Where a session keeps its trial."""

_LOST_SECONDS = 30.0  # after which a platform that was out of reach is tried anew

INSTRUMENTS: set[str] = set()
"""The name of each fixture that is an observer: a scenario needs it, whether a target has it or not."""


class Trial:
    """The platform under judgement.

    Args:
        root: The project's root.
        team: The platform's ``$TEAMID``.
        target: Where it is built.
        reach: The kubeconfig and context by which its cluster is reached, if not by those of its own state.
        role: What it is there for.
        rehearsing: Whether the target's cloud is played on this machine.
        provisioning: What gives the platform, where that is not the project's own.
    """

    def __init__(
        self,
        root: Path,
        team: str,
        target: str,
        reach: KubeContext | None = None,
        role: Role = Role.JUDGE,
        *,
        rehearsing: bool = False,
        provisioning: Provisioning | None = None,
    ) -> None:
        self.root, self.team, self.target = root, team, target
        self._reach, self._role, self._rehearsing = reach, role, rehearsing
        self._at_work = ExitStack()
        self._provisioning = provisioning
        self._platform: Platform[Any, Any] | None = None
        self._stood = False
        self._made_it = False
        self._found: frozenset[str] | None = None  # what was not whole when a witness came
        self._sent: dict[str, int] | None = None  # by verb, to a platform that is only looked at
        self._looked_at = ""
        self._claimed: tuple[str, ...] = ()
        self._lost = ""
        self._lost_at: float | None = None

    @property
    def provisioning(self) -> Provisioning:
        """The project's provisioning.

        Raises:
            UsageError: If the target is not one of its targets, or the team id is none.
        """
        if self._provisioning is None:
            contained.check_team(self.team)
            provisioning = load(self.root)
            check_target(provisioning, self.target)
            if self._rehearsing:
                rehearse(provisioning, self.target)
            self._provisioning = provisioning
        return self._provisioning

    @property
    def platform(self) -> Platform[Any, Any]:
        """The platform, connected to when first asked for."""
        if self._platform is None:
            reach = {} if self._reach is None else {"reach": self._reach}
            made = self.provisioning.open(self.team, self.target, **reach)
            check_methods(made, Platform, f"what open gives on {self.target}")
            self._platform = made
            if isinstance(self.provisioning, SupportsReporting):
                with suppress(Exception):  # what cannot be read cannot be written into a report either
                    MASK.learn(self.provisioning.secrets(self.team, self.target))
        return self._platform

    @property
    def standing(self) -> bool:
        """Whether the platform was found up, or stood up, by this session."""
        return self._stood

    def picture(self) -> dict[str, Any] | None:
        """Return the platform as plain data for a report's pictures; nothing where the project draws none.

        A picture that cannot be drawn is none: it must not keep a run from its verdict.
        """
        if not isinstance(self.provisioning, SupportsReporting):
            return None
        try:
            return self.provisioning.picture(self.team, self.target).plain()
        except Exception:  # noqa: BLE001 - as said above
            return None

    def diagnose(self) -> Mapping[str, object]:
        """Return the platform's own diagnosis, by file name; nothing where the project has none."""
        if not isinstance(self.provisioning, SupportsReporting):
            return {}
        return self.provisioning.diagnose(self.team, self.target)

    def stand_up(self, progress: Progress) -> None:
        """Stand the platform up unless it is, and undo what a crashed session has left undone. Once is enough.

        A witness takes the platform as it finds it: a standup would put right what the saboteur has broken.

        Raises:
            NotOursError: If the cluster that is reached is not the platform's.
            UsageError: If a way to reach it is given and it is not up.
        """
        if self._stood:
            return
        state = PlatformState(self.root, self.team)
        if self._role is not Role.WITNESS and not self.provisioning.is_up(self.team, self.target):
            if self._reach is not None:
                raise UsageError(
                    f"{self.team} is not up on {self.target}, and {self._reach} only says how to reach a platform "
                    "that is; run `seatrial up` first, or leave the option out"
                )
            self._made_it = not state.exists()
            self.provisioning.up(self.team, self.target, progress)
        self._at_work.enter_context(state.lock(TRIAL_LOCK, shared=True))
        if self._reach is None:  # the cluster that its own kubeconfig leads to is the one that its journals are of
            enter(self._role, self.root, self.platform, self._at_work, progress)
        if reason := self.platform.owned():
            raise NotOursError(
                f"refused to try {self.team} on {self.target}: {reason}. "
                "Check --kubeconfig and --context; a platform whose mark is gone is removed by `seatrial down`"
            )
        if self._reach is not None:
            enter(self._role, self.root, self.platform, self._at_work, progress)
        self._stood = True
        self._undo_leftovers(progress)

    def take_down(self, progress: Progress, *, keep: bool) -> None:
        """Take down what this trial stood up itself, unless told to *keep* it; what stays up is left whole."""
        going = self._made_it and not keep
        try:
            if self._stood and not going:
                self._undo_leftovers(progress)
        finally:
            self.close()
            self._at_work.close()
            if going and PlatformState(self.root, self.team).exists():
                self.provisioning.down(self.team, progress)

    def close(self) -> None:
        """Let go of the connection to the platform."""
        if self._platform is not None:
            self._platform.close()
            if isinstance(self._platform, LookedAt):
                self._sent = dict(self._platform.sent())
                self._looked_at = self._platform.where()
                self._claimed = tuple(self._platform.claimed())
            self._platform = None

    @property
    def sent(self) -> Mapping[str, int] | None:
        """How many requests of each verb were sent to a platform that is only looked at, once it was let go of."""
        return self._sent

    @property
    def looked_at(self) -> str:
        """Which cluster was only looked at, once it was let go of; nothing where a platform may be changed."""
        return self._looked_at

    def way_in(self) -> list[str]:
        """Say for a person how the platform is looked at from a shell."""
        reach = self._reach or KubeContext()
        own = PlatformState(self.root, self.team).dir / "kubeconfig"
        found = str(reach.kubeconfig or (own if own.exists() else ""))
        if not found and isinstance(self.provisioning, Adopts):
            found = self.provisioning.kubeconfig()
        lines = [f"export KUBECONFIG={shlex.quote(found)}"] if found else []
        within = f" --context {shlex.quote(reach.context)}" if reach.context else ""
        lines += [f"kubectl{within} get pods --all-namespaces"] if found else []
        status = "seatrial status" + ("" if isinstance(self.provisioning, Adopts) else f" --team {self.team}")
        where = [self.platform.where()] if isinstance(self.platform, LookedAt) else []
        return [*where, *lines, f"{status}    # names every endpoint and process"]

    @property
    def claimed(self) -> tuple[str, ...]:
        """The namespaces of it that may be changed, once it was let go of."""
        return self._claimed

    def journal(self, scenario: str) -> Journal:
        """Return the journal for the faults and changes of *scenario*."""
        platform = self.platform
        acting = platform.actuators()
        if self._role is Role.WITNESS:
            if self._found is None:
                self._found = found_unwhole(acting)
            acting = as_found(acting, self._found)
        owned = platform.owned
        if isinstance(platform, LookedAt):
            owned = platform.kept if platform.claimed() else refuse
        return Journal(platform.state, acting, owned, scenario)

    def out_of_reach(self) -> OutOfReachError | None:
        """Return why nothing of the platform can be looked at, if that is so: what it says when it is asked."""
        try:
            reason = self.platform.owned()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering
            reason = f"{type(error).__name__}: {error}"
        self._lost_at = time.monotonic() if reason else None
        self._lost = reason
        return self.lost

    @property
    def lost(self) -> OutOfReachError | None:
        """What kept a scenario just before from looking: the next ones need not find it out anew."""
        if self._lost_at is None or time.monotonic() - self._lost_at > _LOST_SECONDS:
            return None
        return OutOfReachError(f"{self.team} on {self.target} cannot be looked at: {self._lost}")

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the platform's observers by name, or what stands for one that the target lacks."""
        return self.platform.instruments()

    def lacking(self, fixtures: set[str]) -> list[str]:
        """Return the reasons why a scenario that needs *fixtures* is not provable on this target.

        Raises:
            UsageError: If the platform knows nothing of an observer, not even that the target lacks it.
        """
        instruments = self.instruments()
        looked_at = isinstance(self.platform, LookedAt) and not self.platform.claimed()
        reasons = {ONLY} if looked_at and fixtures & CHANGING else set()
        for name in fixtures:
            found = instruments.get(name)
            if isinstance(found, Absent):
                reasons.add(found.reason)
            elif found is None and name in INSTRUMENTS:
                raise unknown_observer(name, instruments, self.target)
        return sorted(reasons)

    @contextmanager
    def turn(self, *, exclusive: bool) -> Iterator[None]:
        """Hold a turn on the platform: disruptive scenarios have it to themselves, others share it."""
        path = PlatformState(self.root, self.team).path("turn.lock")
        with os.fdopen(contained.open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "a") as file:
            fcntl.flock(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield

    def _undo_leftovers(self, progress: Progress) -> None:
        """Undo whatever is outstanding; nobody else's scenario is in progress while the turn is ours."""
        with self.turn(exclusive=True):
            for fault in self.journal("").undo():
                progress.line(f"undone, left by an earlier run: {fault}")


def unknown_observer(name: str, known: Iterable[str], target: str) -> UsageError:
    """Return the error for an observer that a project names and its platform does not have: a slip, no lack."""
    near = difflib.get_close_matches(name, known, 1)
    return UsageError(
        f"instrument({name!r}): the platform on {target} has no observer of that name"
        f"{f'; did you mean {near[0]!r}?' if near else ''}; it has {', '.join(sorted(known))}. "
        "What a target lacks is Absent(name, reason) among its instruments"
    )


def rehearses(config: pytest.Config) -> bool:
    """Return whether pytest only shows what it would do.

    Raises:
        pytest.UsageError: If fixtures are to be made that need a platform, for nothing to be judged by them.
    """
    option = config.option
    if option.setuponly and not option.setupplan:
        raise pytest.UsageError(
            "--setup-only: a platform would be stood up and nothing judged; --setup-plan shows what fixtures there are"
        )
    return bool(option.collectonly or option.setupplan)

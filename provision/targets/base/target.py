"""A target: platforms are stood up on it, taken down, swept and described."""

from __future__ import annotations

import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Final

from provision import versions
from provision.actuators import Again
from provision.estate import ready
from provision.targets.base.builder import Builder
from provision.targets.base.gates import Gates
from provision.targets.base.parts import EXTRA_MEMBER, MACHINES, Parts
from provision.targets.base.platform import Platform
from provision.targets.base.standup import plan
from provision.targets.base.upgrade import running
from provision.toolchain import Toolchain, ToolProgress
from seatrial.checks.limits import TIME
from seatrial.errors import UsageError
from seatrial.faults.journal import FAULTS, SABOTAGE, Journal
from seatrial.provisioning import standup as planning
from seatrial.provisioning.contract import Check, KubeContext
from seatrial.provisioning.overdue import Leftover, Overdue
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.progress import Progress, Quiet
from seatrial.provisioning.state import PlatformState, StateError

BESIDE: Final = "standup-beside"
"""Under which name a platform's state has the record of what was stood up beside it."""


class Target(ABC):
    """Platforms on one target.

    Args:
        root: The project's root.
    """

    name: str
    tools: Sequence[str]
    """The programs that it needs."""
    rehearsal: ClassVar[bool] = False
    """Whether it plays a cloud that another target of its name uses."""
    paid: ClassVar[bool] = False
    """Whether somebody is paid for what it is made of, or would be if no cloud were played."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @abstractmethod
    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> Parts:
        """Put a platform's parts together."""

    @abstractmethod
    def builder(self, parts: Any, mark: str, say: Callable[[str], None]) -> Builder:
        """Return what builds a platform."""

    @abstractmethod
    def gates(self, parts: Any) -> Gates:
        """Return what looks at a platform while it is built."""

    @abstractmethod
    def platform(self, parts: Any, again: Again) -> Platform:
        """Return a platform as the harness sees it."""

    @abstractmethod
    def claim(self, parts: Any) -> None:
        """Reserve, in the platform's state, what it needs of this machine.

        Raises:
            UsageError: If this machine does not have it.
        """

    @abstractmethod
    def resources(self, parts: Any) -> dict[str, Any]:
        """Name the platform's endpoints, for its status."""

    def toolchain(self) -> Toolchain:
        """Return where its tools come from, each at the version that platform.yaml asks for."""
        return Toolchain()

    def doctor(self) -> list[Check]:
        """Say what it needs of this machine beside its tools."""
        return []

    def prepare(self, parts: Any, progress: Progress) -> None:  # noqa: ARG002 - for targets that need more
        """Have what must be there before anything is begun: the tools."""
        _ = parts.tools

    def remove(self, state: PlatformState) -> list[str]:  # noqa: ARG002 - for targets that have more than processes
        """Remove what the platform has beside its processes and its state; name what was there."""
        return []

    def deliver(self) -> None:
        """Have what is stood up from now on have a server of pipelines beside it.

        Raises:
            UsageError: If there can be none.
        """
        raise UsageError(f"--with-delivery: {self.name} has no server of pipelines; expected --target kind")

    def up(self, team: str, progress: Progress) -> bool:
        """Stand the platform up; say whether anything had to be changed."""
        state = PlatformState(self._root, team)
        parts = self._parts(team, progress)
        self._see_target(state)
        self.see_version(parts)
        with ProcessTable(state).marking("up"):
            self.prepare(parts, progress)
            with state.lock():
                self._begin(parts)
                return self._stand_up(parts, progress)

    @contextmanager
    def looking(self, team: str, progress: Progress) -> Iterator[Parts]:
        """Give the parts of a platform whose cloud can be asked, and have no other command at work on it.

        One that was never begun leaves nothing behind.

        Raises:
            UsageError: If there is no cloud to ask.
        """
        state = PlatformState(self._root, team)
        self._see_target(state)
        parts = self._parts(team, progress)
        if state.read("platform") is None:
            with self.unbegun(parts, progress):
                yield parts
            return
        with ProcessTable(state).marking("up"), state.lock():
            self.see_cloud(parts)
            yield parts

    @contextmanager
    def unbegun(self, parts: Any, progress: Progress) -> Iterator[None]:  # noqa: ARG002 - for targets that can
        """Have a cloud to ask for a platform that was never begun.

        Raises:
            UsageError: If there is none.
        """
        raise UsageError(f"{parts.team} is not up on {self.name}, and there is no cloud to ask before it is")
        yield  # which makes it what it has to be

    def see_cloud(self, parts: Any) -> None:
        """See that the cloud of a platform that was begun answers.

        Raises:
            UsageError: If it does not.
        """
        if not ready(parts.aws_endpoint, parts.aws_keys):
            raise UsageError(f"the cloud of {parts.team} does not answer; `seatrial up` has it run again")

    def _see_target(self, state: PlatformState) -> None:
        record = state.read("platform")
        if record and record.get("target") != self.name:
            where = record.get("target")
            raise UsageError(f"{state.team} is up on {where}; take it down first, or choose another $TEAMID")

    def see_version(self, parts: Any) -> None:
        """See that the platform may have the version of Kubernetes that is asked for; nothing is made.

        Raises:
            UsageError: If this target cannot run it, or a version would be skipped or lowered.
        """
        version = parts.spec.kubernetes
        if (now := running(parts)) is not None:
            versions.see_step(parts.team, now, version)
        if wrong := self.unrunnable(version):
            raise UsageError(f"{versions.place()}: {wrong}, got {version}")

    @abstractmethod
    def unrunnable(self, version: str) -> str:
        """Return which versions of Kubernetes are expected here, unless *version* is one; else nothing."""

    def _begin(self, parts: Parts) -> None:
        """Write down what platform this is, and where, then claim what it needs: a sweep must know where to look.

        Where that cannot be claimed, nothing is left of a platform that was never begun.
        """
        begun = parts.state.read("platform") is not None
        if not begun:
            runs = {"kubernetes": parts.spec.kubernetes}
            record = {"target": self.name, "team": parts.team, "mark": str(uuid.uuid4()), "began": time.time()}
            parts.state.write("platform", record | {"rehearsed": self.rehearsal, "up": False, **runs})
            parts.processes.mark("up")  # which records the secret that all of its processes carry
        try:
            self.claim(parts)
        except UsageError:
            if not begun:
                parts.state.remove()
            raise

    def _stand_up(self, parts: Parts, progress: Progress) -> bool:
        record = (parts.state.read("platform") or {}) | {"up": False}
        parts.state.write("platform", record)
        platform = self.platform(parts, lambda _minors: 0)
        for log in (FAULTS, SABOTAGE):  # what scenarios did to what was broken before goes first
            for fault in Journal(parts.state, platform.actuators(), platform.owned, log=log).put_back():
                progress.line(f"put back, left by a run that was killed: {fault}")
        builder = self.builder(parts, record["mark"], progress.now)
        planning.run(plan(builder, self.gates(parts)), parts.state, progress, patience=TIME.patience)
        seconds = lasted(record, time.time())
        self._beside(builder, parts, progress)
        parts.state.write("platform", record | {"kubernetes": parts.spec.kubernetes, "up": True, "seconds": seconds})
        return builder.changed > 0

    def down(self, team: str, progress: Progress) -> None:
        """Take the platform down. Whatever state it is in, nothing of it is left."""
        with progress.step(f"take {team} down"):
            self._end(PlatformState(self._root, team))

    def sweep(self, state: PlatformState) -> list[str]:
        """End and remove everything of the platform; name what was there.

        Raises:
            StateError: If a live command is at work on the platform; the message names its pid.
        """
        return [f"{what} of {state.team}" for what in self._end(state)] + [f"state of {state.team}"]

    def _end(self, state: PlatformState) -> list[str]:
        """The cloud is a process like the others: with it goes all that it simulated.

        Nothing but the processes' marks and the state's folder is needed, whatever a crash or a hand has damaged.
        """
        processes = ProcessTable(state)
        with state.alone():
            with suppress(StateError):  # a damaged record: its process is found by its mark
                processes.stop(MACHINES, 2.0)  # what would start others again goes first
            # Processes go before the network in which they ask others: else their questions would leave the machine.
            ended = [f"process {name}" for name in processes.sweep()]
            removed = self.remove(state)
            state.remove()
        return [*ended, *removed]

    def overdue(self, team: str) -> Overdue:
        """Return what is over in the account of the platforms; *team* asks.

        Raises:
            UsageError: If nothing can be over, or it may not be looked.
        """
        raise UsageError(f"--expired: what {self.name} makes for {team} has no end; expected --target aws")

    def remove_overdue(self, team: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Remove a platform that is over; name what was removed.

        Raises:
            SeatrialError: If it is not over any more, or something of it is left.
        """
        raise NotImplementedError((team, leftover, progress))  # nothing was found

    def is_up(self, team: str) -> bool:
        """Return whether the platform was stood up to the end, and its processes run."""
        state = PlatformState(self._root, team)
        record = state.read("platform")
        if not record or record.get("target") != self.name or not record.get("up"):
            return False
        parts = self._parts(team, Quiet())
        return all(p.pid is not None for p in parts.processes.list() if not p.name.startswith(EXTRA_MEMBER))

    def open(self, team: str, reach: KubeContext | None = None) -> Platform:
        """Connect to a platform that is up: by its own kubeconfig, or as *reach* says."""
        parts = self._parts(team, Quiet(), reach)
        return self.platform(parts, lambda minors: self._again(parts, minors))

    def status(self, team: str) -> dict[str, Any]:
        """Name every endpoint, process and resource."""
        parts = self._parts(team, Quiet())
        endpoints = self.resources(parts)
        try:
            resources: Any = parts.estate.inventory()
        except Exception as error:  # noqa: BLE001 - a status is given whatever state the platform is in
            resources = f"not known: {type(error).__name__}: {error}"
        record = parts.state.read("platform") or {}
        return {
            "team": team,
            "target": self.name,
            **({"rehearsed": True} if self.rehearsal else {}),
            "up": self.is_up(team),
            "standup seconds": record.get("seconds"),
            "kubeconfig": str(parts.kubeconfig),
            **endpoints,
            "processes": {
                p.name: {"pid": p.pid, "resident MiB": p.resident >> 20, "log": str(p.log)}
                for p in parts.processes.list()
            },
            "resources": resources,
        }

    def _again(self, parts: Parts, minors: int) -> int:
        if minors:
            parts = self._parts(parts.team, Quiet())
            later = versions.later(parts.spec.kubernetes, minors)
            parts.spec = parts.spec.model_copy(update={"kubernetes": later})
            self.see_version(parts)
        mark = (parts.state.read("platform") or {})["mark"]
        builder = self.builder(parts, mark, lambda _text: None)
        planning.run(plan(builder, self.gates(parts)), parts.state, Quiet(), patience=TIME.patience)
        self._beside(builder, parts, Quiet())
        return builder.changed

    def _beside(self, builder: Builder, parts: Parts, progress: Progress) -> None:
        if steps := builder.own():
            planning.run(steps, parts.state, progress, patience=TIME.patience, record=BESIDE)

    def _parts(self, team: str, progress: Progress, reach: KubeContext | None = None) -> Parts:
        def told(event: ToolProgress) -> None:
            progress.now(str(event)) if event.tick else progress.line(str(event))

        return self.parts(team, Toolchain(report=told), reach)


def lasted(record: dict[str, Any], now: float) -> float:
    """Return how long the standup took that is on *record*: from the first attempt on, however many there were."""
    return float(record.get("seconds") or round(now - record["began"], 1))

"""What the harness asks of a project: how its platform is provisioned, and what may be observed of it.

A project names its provisioning in ``pyproject.toml``; the harness imports nothing of it by itself::

    [tool.seatrial]
    provisioning = "provision.provisioning:Provisioning"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from seatrial.checks.observer import Absent, Observer
from seatrial.provisioning.picture import Picture
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState


@dataclass(frozen=True)
class Check:
    """One line of ``seatrial doctor``: what was looked at, its state, and what to do about it."""

    name: str
    state: str
    detail: str = ""
    remedy: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing needs to be done by the user."""
        return self.state != "missing"


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file of the project: where, what, and what to do."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


Facts_co = TypeVar("Facts_co", covariant=True)
Own_co = TypeVar("Own_co", covariant=True)


@dataclass(frozen=True)
class Actuators(Generic[Own_co]):
    """What words that change something act with.

    Attributes:
        kube: Makes a client of the cluster's API.
        aws: Makes a boto3 client of the named service.
        unwhole: Names what of the platform is not as it was stood up; nothing when all is whole.
        own: What only this project's words and faults act with, of a type of its own.
        processes: The platform's processes, where faults may stop them.
        behind: Names what follows by itself and has not done so yet. No undoing waits for it, for what follows may be
            held; a sabotage does before it breaks anything.

    Example:
        >>> Actuators(kube=lambda: None, aws=lambda service: None, own={"crash": print}).own["crash"]
        <built-in function print>
    """

    kube: Callable[[], Any]
    aws: Callable[[str], Any]
    unwhole: Callable[[], Sequence[str]] = list
    own: Own_co = None  # type: ignore[assignment]  # a project that has none asks for none
    processes: ProcessTable | None = None
    behind: Callable[[], Sequence[str]] = list


@dataclass(frozen=True)
class KubeContext:
    """How a cluster is reached, as kubectl understands it.

    Attributes:
        kubeconfig: The file; what ``KUBECONFIG`` names, else ``~/.kube/config``, when left out.
        context: The context in it; its current one when left out.
    """

    kubeconfig: Path | None = None
    context: str | None = None

    def __str__(self) -> str:
        options = {"--kubeconfig": self.kubeconfig, "--context": self.context}
        return " ".join(f"{option} {value}" for option, value in options.items() if value)


class Platform(Protocol[Facts_co, Own_co]):
    """A platform that is up; of what type its facts and its own actuators are, its project's words know."""

    @property
    def team(self) -> str:
        """Whose it is: ``$TEAMID``."""

    @property
    def target(self) -> str:
        """Where it is built."""

    @property
    def state(self) -> PlatformState:
        """What is written down of it."""

    @property
    def facts(self) -> Facts_co:
        """What words may need to know of it: the name of its zone, its bucket, ..."""

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return every observer by name, or what stands for one that the target lacks."""

    def actuators(self) -> Actuators[Own_co]:
        """Return what faults and changes act with."""

    def owned(self) -> str:
        """Say why this platform is not this harness's own; nothing when it is."""

    def close(self) -> None:
        """Let go of connections."""


class Provisioning(Protocol):
    """Builds platforms and takes them down; made with the project's root."""

    def targets(self) -> Sequence[str]:
        """Name the targets that it can build on."""

    def up(self, team: str, target: str, progress: Progress) -> bool:
        """Stand the platform up, or finish doing so; say whether anything had to be done.

        Raises:
            StandupError: If a gate was not met in time; it names the gate and what it last saw.
        """

    def down(self, team: str, progress: Progress) -> None:
        """Take the platform down; nothing of it is left."""

    def sweep(self, progress: Progress) -> list[str]:
        """Remove every platform of this project that no live command is at work on; name what was removed.

        Raises:
            SeatrialError: If a platform is in use; what is not is removed all the same.
        """

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> Platform[Any, Any]:
        """Connect to a platform that is up: by what its own state has, or as *reach* says.

        Raises:
            UsageError: If *reach* names what is not there.
        """

    def is_up(self, team: str, target: str) -> bool:
        """Return whether the platform is fully up on *target*."""

    def status(self, team: str) -> dict[str, Any]:
        """Name every endpoint, process and resource of the platform."""

    def doctor(self, target: str) -> list[Check]:
        """Say what *target* needs of this machine, and what is missing."""

    def lint(self) -> list[Problem]:
        """Check every file of the provisioning, without a platform."""


@runtime_checkable
class SupportsReporting(Protocol):
    """What a provisioning may give for reports beside building platforms. Each may be called in any state of it."""

    def picture(self, team: str, target: str) -> Picture:
        """Draw the platform as it is now."""

    def diagnose(self, team: str, target: str) -> Mapping[str, object]:
        """Return what helps to find out what is wrong, by file name: texts, or data that is kept as JSON.

        Also called when the platform could not be stood up.
        """

    def secrets(self, team: str, target: str) -> Sequence[str]:
        """Return every value that no report may show."""


@dataclass(frozen=True)
class Agreed:
    """A value that the platform is built by.

    Attributes:
        value: The value; a list where a feature may say any one of it.
        where: The file and the line where it stands.
    """

    value: Any
    where: str

    def allows(self, said: str) -> bool:
        """Return whether a feature that says *said* agrees with it."""
        return said in self.values()

    def values(self) -> list[str]:
        """Return what a feature may say, one or several."""
        return [str(one) for one in (self.value if isinstance(self.value, list | tuple) else [self.value])]

    def __str__(self) -> str:
        return ", ".join(self.values())


@runtime_checkable
class SupportsAgreement(Protocol):
    """What a provisioning may offer that is built by values which features state as well."""

    def agreed(self) -> Mapping[str, Agreed]:
        """Return every such value by its name, as words name it in `seatrial.states`; nothing while they are wrong."""


@runtime_checkable
class Rehearsed(Protocol):
    """What a provisioning may offer that can play a target's cloud on this machine."""

    def rehearse(self, target: str) -> None:
        """Have what is stood up on *target* from now on be made in a cloud that is played here.

        Raises:
            UsageError: If the target has no cloud, or only one that is played anyway.
        """


@runtime_checkable
class Delivering(Protocol):
    """What a provisioning may offer that can have a server of pipelines beside a platform."""

    def deliver(self, target: str) -> None:
        """Have what is stood up on *target* from now on have a server of pipelines beside it.

        Raises:
            UsageError: If there can be none on the target.
        """


@dataclass(frozen=True)
class ImageRow:
    """One line of ``seatrial images``: an image's name, where it comes from, what it is, and its size in bytes."""

    name: str
    source: str
    what: str
    size: int = 0


@runtime_checkable
class Stocked(Protocol):
    """What a provisioning may offer that has images to be built beforehand, as closed networks need."""

    def images(self, progress: Progress, *, build: bool) -> Sequence[ImageRow]:
        """Say of every image what it is; build those that are missing first if *build*."""


@runtime_checkable
class Billed(Protocol):
    """What a provisioning may offer that knows what its images are made of."""

    def bill(self, names: Sequence[str]) -> str:
        """Return the bill of materials of the wheel or images called *names*, or of all, as CycloneDX JSON."""

"""What the harness asks of a project: how its platform is provisioned, and what may be observed of it.

A project names its provisioning in ``pyproject.toml``; the harness imports nothing of it by itself::

    [tool.seatrial]
    provisioning = "provision.provisioning:Provisioning"
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from seatrial.checks.observer import Absent, Observer
from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning import settings
from seatrial.provisioning.naming import cannot_be_loaded, named
from seatrial.provisioning.picture import Picture
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


@dataclass
class Actuators:
    """What words that change something act with.

    Attributes:
        kube: Makes a client of the cluster's API.
        aws: Makes a boto3 client of the named service.
        unwhole: Names what of the platform is not as it was stood up; nothing when all is whole.
        extra: What only this project's faults need, by name.

    Example:
        >>> Actuators(kube=lambda: None, aws=lambda service: None, extra={"crash": print}).extra["crash"]
        <built-in function print>
    """

    kube: Callable[[], Any]
    aws: Callable[[str], Any]
    unwhole: Callable[[], Sequence[str]] = list
    extra: Mapping[str, Any] = field(default_factory=dict)


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


class Platform(Protocol):
    """A platform that is up."""

    team: str
    target: str
    state: PlatformState
    facts: Mapping[str, str]
    """What words may need to know of it: the name of its zone, its bucket, ..."""

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return every observer by name, or what stands for one that the target lacks."""

    def actuators(self) -> Actuators:
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

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> Platform:
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
class Difference:
    """Where what runs is not what was agreed.

    Attributes:
        thing: What differs: an object, a resource.
        field: Which field of it; nothing where all of it is missing, or too much.
        wanted: What was agreed; nothing where nobody agreed on any.
        found: What there is; nothing where there is nothing.
        by: Who set it and when, where that is known.
    """

    thing: str
    field: str
    wanted: Any
    found: Any
    by: str = ""

    def __str__(self) -> str:
        by = f", set by {self.by}" if self.by else ""
        if not self.field:
            return f"{self.thing}: " + (f"nobody agreed on it{by}" if self.wanted is None else "missing")
        return f"{self.thing} {self.field}: expected {_shown(self.wanted)}, found {_shown(self.found)}{by}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)


@runtime_checkable
class Compared(Protocol):
    """What a provisioning may offer that can hold what runs against what was agreed."""

    def differences(self, team: str, target: str) -> Sequence[Difference]:
        """Return every difference; nothing is changed.

        Raises:
            SeatrialError: If it cannot be looked.
        """


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
        return said in (map(str, self.value) if isinstance(self.value, list | tuple) else [str(self.value)])

    def __str__(self) -> str:
        return ", ".join(map(str, self.value)) if isinstance(self.value, list | tuple) else str(self.value)


@runtime_checkable
class SupportsAgreement(Protocol):
    """What a provisioning may offer that is built by values which features state as well."""

    def agreed(self) -> Mapping[str, Agreed]:
        """Return every such value by its name, as words name it in `seatrial.states`; nothing while they are wrong."""


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


def check_target(provisioning: Provisioning, target: str) -> None:
    """See that *target* is one of those that *provisioning* can build on.

    Raises:
        UsageError: If it is not; it names them.
    """
    if target not in provisioning.targets():
        raise UsageError(f"--target {target}: no such target; expected one of {', '.join(provisioning.targets())}")


def load(root: Path) -> Provisioning:
    """Load the provisioning that the project at *root* names.

    Raises:
        UsageError: If ``pyproject.toml`` is not there, names none, or names what cannot be imported.
    """
    file = root / "pyproject.toml"
    if not file.exists():
        raise UsageError(f"{root}: no pyproject.toml here; run seatrial in the project's root folder")
    name = settings.read(root).provisioning
    if ":" not in name:
        raise UsageError(f'{file}: [tool.seatrial] needs provisioning = "package.module:Class"')
    factory = named(root, "provisioning")
    try:
        provisioning: Provisioning = factory(root)
    except SeatrialError:
        raise
    except Exception as error:  # a project's own code may fail in any way
        raise cannot_be_loaded(root, "provisioning", name, error) from error
    check_methods(provisioning, Provisioning, f"{file}: provisioning = {name!r}")
    return provisioning


def check_methods(made: object, protocol: type, where: str) -> None:
    """See that a project's object has what is asked of it; what it may leave out is in protocols of its own.

    Raises:
        UsageError: If a method or attribute is missing; it names all that are.
    """
    asked = [*getattr(protocol, "__annotations__", {}), *(n for n in vars(protocol) if not n.startswith("_"))]
    if missing := [name for name in asked if not hasattr(made, name)]:
        raise UsageError(
            f"{where}: {type(made).__name__} has no {', '.join(missing)}; "
            f"see {protocol.__name__} in {protocol.__module__} for what each has to do"
        )

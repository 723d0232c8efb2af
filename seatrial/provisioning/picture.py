"""A platform as a report draws it: the harness knows nothing of it but what a project puts into this record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Resident:
    """Something that runs on a machine.

    Attributes:
        name: Its full name.
        group: What it belongs to: a namespace.
        ready: Whether it does its work.
    """

    name: str
    group: str
    ready: bool = True


@dataclass(frozen=True)
class Machine:
    """A machine of the platform.

    Attributes:
        name: Its name.
        zone: Where it stands.
        role: What it is for, as a heading: ``master``, ``node``.
        ready: Whether it takes part.
        address: Its address, as names lead to it.
        detail: More of it, such as its size.
        residents: What runs on it.
    """

    name: str
    zone: str
    role: str
    ready: bool = True
    address: str = ""
    detail: str = ""
    residents: Sequence[Resident] = ()


@dataclass(frozen=True)
class Stage:
    """A step of the standup: when it began (seconds since the epoch), the seconds it took, and those of its gates."""

    name: str
    began: float
    seconds: float
    gates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Thing:
    """An object that the platform has.

    Attributes:
        kind: Its kind.
        name: Its name.
        group: Its namespace, or nothing.
        declared: Whether the project's manifests have it.
        live: Whether it is there.
    """

    kind: str
    name: str
    group: str = ""
    declared: bool = False
    live: bool = False


@dataclass(frozen=True)
class Picture:
    """A platform at one moment.

    Attributes:
        machines: Every machine.
        names: Where each name of the platform leads to.
        stages: How it was stood up.
        components: The version of everything it is made of.
        things: Every object that somebody meant to be there.
    """

    machines: Sequence[Machine] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stages: Sequence[Stage] = ()
    components: Mapping[str, str] = field(default_factory=dict)
    things: Sequence[Thing] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

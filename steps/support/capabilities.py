"""What a platform has of all that a specification speaks of: images that can be had, actuators that do something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from seatrial.checks.observer import RECORDER, Absent, Fidelity, NotProvableError
from seatrial.provisioning import contract
from steps.support.actuators import Capabilities

T = TypeVar("T")


class Facts(Protocol):
    """What words need to know of a platform."""

    @property
    def zone(self) -> str:
        """The name of its hosted zone."""

    @property
    def zone_id(self) -> str:
        """That zone's id."""

    @property
    def bucket(self) -> str:
        """The name of its bucket."""

    @property
    def cluster(self) -> str:
        """The name of its cluster."""

    @property
    def openings(self) -> tuple[str, ...]:
        """Every opening of its network that was agreed on."""

    @property
    def cannot_be_had(self) -> frozenset[str]:
        """The components whose images cannot be had, so that they were left out."""

    @property
    def stand_ins(self) -> frozenset[str]:
        """The components that another program stands in for."""

    @property
    def etcd_at(self) -> Mapping[str, str]:
        """The host at which etcd's member of a zone's master listens, where it is not the master's own address."""

    @property
    def resync(self) -> float:
        """After how many seconds the DNS updater looks at everything anew."""

    @property
    def public(self) -> bool:
        """Whether its names are for everybody, or for its own network."""

    @property
    def address_type(self) -> str:
        """Which address of a node its names lead to: ``ExternalIP`` or ``InternalIP``."""

    @property
    def machines_addresses(self) -> bool:
        """Whether its nodes have the addresses of their machines."""

    @property
    def encrypts_secrets(self) -> bool:
        """Whether its API servers are given a key to encrypt Secrets with."""


Platform = contract.Platform[Facts, Capabilities]
"""The platform under trial, as the words know it."""

Actuators = contract.Actuators[Capabilities]
"""What this platform's faults act with."""


def lacks(platform: Platform, name: str) -> bool:
    """Return whether the image of the component *name* cannot be had, so that it was left out of the platform."""
    return name in platform.facts.cannot_be_had


def need(platform: Platform, *names: str) -> None:
    """Go on only if the components *names* run here; note those that another program stands in for as simulated.

    Raises:
        NotProvableError: If the image of one of them cannot be had.
    """
    for name in names:
        if name in platform.facts.stand_ins:
            RECORDER.note(f"image {name}", Fidelity.SIMULATED, watched=True)
    if lacking := [name for name in names if lacks(platform, name)]:
        raise NotProvableError("; ".join(f"image {name} cannot be had" for name in lacking))


def have(capability: T | Absent) -> T:
    """Return what a platform can do.

    Raises:
        NotProvableError: If it cannot; its text is the reason.
    """
    if isinstance(capability, Absent):
        raise NotProvableError(capability.reason)
    return capability

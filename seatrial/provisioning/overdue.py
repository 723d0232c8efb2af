"""What a provisioning may offer: to find platforms in an account that are over, and to remove them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from seatrial.provisioning.progress import Progress


@dataclass(frozen=True)
class Leftover:
    """A platform whose time is over.

    Attributes:
        team: Whose it is.
        things: Everything that it has.
        since: When it was over: UTC, RFC 3339.
    """

    team: str
    things: Sequence[str]
    since: str


@dataclass(frozen=True)
class Overdue:
    """What was found in an account.

    Attributes:
        where: Where was looked: the account, the region.
        leftovers: The platforms that are over.
        alone: What was left alone, each with the reason: nobody can tell whether it is over, or whose it is.
        current: The teams whose platforms are not over.
    """

    where: str
    leftovers: Sequence[Leftover]
    alone: Sequence[str] = ()
    current: Sequence[str] = ()


@runtime_checkable
class FindsOverdue(Protocol):
    """What a provisioning may offer whose platforms outlive whoever has stood them up."""

    def overdue(self, team: str, target: str) -> Overdue:
        """Return what is over where platforms of *target* are made; *team* asks. Nothing is changed.

        Raises:
            UsageError: If *target* has nothing that could be over, or the account may not be looked at.
        """

    def remove_overdue(self, team: str, target: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Remove a platform that is over, and name what was removed; it is seen once more to be over.

        Raises:
            SeatrialError: If it is not over any more, or something of it is left.
        """

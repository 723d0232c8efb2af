"""What a provisioning may offer: to say what a standup would do, and what the platform would cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from seatrial.provisioning.progress import Progress

How = Literal["made", "changed", "removed", "left"]
"""What a standup does with a thing; what it leaves is not as agreed, and stays so."""


@dataclass(frozen=True)
class Change:
    """One thing that a standup would do, or would leave as it is though it is not as agreed.

    Attributes:
        how: What would be done.
        thing: With what.
        detail: What of it, and why.
    """

    how: How
    thing: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.thing}: {self.detail}" if self.detail else self.thing


@dataclass(frozen=True)
class Cost:
    """One line of a bill.

    Attributes:
        what: What is paid for, with how much of it.
        hourly: Its price for an hour; nothing where no price is known.
    """

    what: str
    hourly: Decimal | None


@dataclass(frozen=True)
class Bill:
    """What a platform costs as long as it is there.

    Attributes:
        lines: What is paid for.
        currency: In what.
        month: How many hours a month is reckoned to have.
        notes: Where the prices are from, how old they are, and what is not counted.
    """

    lines: Sequence[Cost]
    currency: str
    month: int
    notes: Sequence[str] = ()

    @property
    def unpriced(self) -> list[str]:
        """What no price is known of."""
        return [line.what for line in self.lines if line.hourly is None]

    @property
    def hourly(self) -> Decimal:
        """The sum for an hour of all that has a price."""
        return sum((line.hourly for line in self.lines if line.hourly is not None), Decimal(0))


@dataclass(frozen=True)
class Plan:
    """What a standup would do.

    Attributes:
        changes: Everything that would be done, and what would be left though it is not as agreed.
        unseen: What could not be looked at, each with the reason.
        bill: What the platform costs; nothing where nobody is paid.
    """

    changes: Sequence[Change]
    unseen: Sequence[str] = ()
    bill: Bill | None = None


@runtime_checkable
class Planned(Protocol):
    """What a provisioning may offer that can say what a standup would do."""

    def plan(self, team: str, target: str, progress: Progress, *, prune: bool) -> Plan:
        """Return what `up` would do, with what nobody agreed on removed if *prune*; nothing of the platform is made.

        Raises:
            UsageError: If it cannot be known on *target*.
        """

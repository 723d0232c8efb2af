"""What a provisioning may offer: to say where what runs is not as agreed, and to remove what nobody agreed on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


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
class Pruned(Protocol):
    """What a provisioning may offer that can remove what runs and nobody agreed on."""

    def prune(self, team: str, target: str) -> Sequence[str]:
        """Remove it, and name each thing that was removed.

        Raises:
            SeatrialError: If something cannot be removed.
        """


@runtime_checkable
class Compared(Protocol):
    """What a provisioning may offer that can hold what runs against what was agreed."""

    def differences(self, team: str, target: str) -> Sequence[Difference]:
        """Return every difference; nothing is changed.

        Raises:
            SeatrialError: If it cannot be looked.
        """

"""What a fault is, and how one is made again from the journal, in another process if need be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from seatrial.project import Hands

Memory = dict[str, Any]
"""What a fault remembers for its undoing; plain JSON."""

_KINDS: dict[str, type[Fault]] = {}


@dataclass(frozen=True)
class Fault:
    """One disruption or change. Subclasses are frozen dataclasses whose fields are plain JSON.

    A fault of a project's own is a subclass too: it is found by its `kind` when a journal is read.
    """

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        _KINDS[cls.kind] = cls

    def before(self, hands: Hands) -> Memory:  # noqa: ARG002 - most faults remember something
        """Look at what is there before it is changed, and give what the undoing needs."""
        return {}

    def apply(self, hands: Hands) -> None:
        """Do it."""
        raise NotImplementedError

    def undo(self, hands: Hands, memory: Memory) -> None:
        """Put everything back; safe to call twice, and when `apply` got only half way."""
        raise NotImplementedError

    def remaining(self, hands: Hands, memory: Memory) -> list[str]:  # noqa: ARG002 - some are undone at once
        """Name what is not put back yet."""
        return []

    def journalled(self) -> dict[str, Any]:
        """Give the fault as plain JSON, for the journal."""
        return {"kind": self.kind, "fields": asdict(self)}

    def __str__(self) -> str:
        return f"{self.kind} " + ", ".join(f"{k} {v}" for k, v in asdict(self).items() if isinstance(v, str) and v)


def fault_from(record: dict[str, Any]) -> Fault:
    """Make a fault again from its journal record.

    Raises:
        KeyError: If no fault of that kind is known; the project's own must be imported first.
    """
    fields = {key: tuple(v) if isinstance(v, list) else v for key, v in record["fields"].items()}
    return _KINDS[record["kind"]](**fields)

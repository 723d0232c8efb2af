"""What a fault is, and how one is made again from the journal, in another process if need be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, ClassVar

from seatrial.errors import UsageError
from seatrial.provisioning.contract import Actuators

Memory = dict[str, Any]
"""What a fault remembers for its undoing; plain JSON."""

_KINDS: dict[str, type[Fault]] = {}
_OWN = ("seatrial.faults.aws", "seatrial.faults.calls", "seatrial.faults.kube", "seatrial.faults.processes")


@dataclass(frozen=True)
class Fault:
    """One disruption or change. Subclasses are frozen dataclasses whose fields are plain JSON.

    A fault of a project's own is a subclass too: it is found by its `kind` when a journal is read.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass(frozen=True)
        ... class Unplug(Fault):
        ...     kind = "unplug-example"
        ...     name: str
        >>> Unplug("node-1").journalled()
        {'kind': 'unplug-example', 'fields': {'name': 'node-1'}}
    """

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if cls.kind:
            known = _KINDS.setdefault(cls.kind, cls)
            if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
                raise TypeError(f"{cls.__qualname__}: kind {cls.kind!r} is taken by {known.__qualname__}")
            _KINDS[cls.kind] = cls  # dataclass(slots=True) makes a class twice

    def before(self, actuators: Actuators[Any]) -> Memory:  # noqa: ARG002 - most faults remember something
        """Look at what is there before it is changed, and give what the undoing needs."""
        return {}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Do it.

        Raises:
            NotProvableError: If the target lacks what it takes: before anything is done.
        """
        raise NotImplementedError

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Put everything back; safe to call twice, and when `apply` got only half way."""
        raise NotImplementedError

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002 - some are undone at once
        """Name what is not put back yet."""
        return []

    def journalled(self) -> dict[str, Any]:
        """Return the fault as plain JSON, for the journal."""
        return {"kind": self.kind, "fields": asdict(self)}

    def __str__(self) -> str:
        return f"{self.kind} " + ", ".join(f"{k} {v}" for k, v in asdict(self).items() if isinstance(v, str) and v)


def fault_from(record: dict[str, Any]) -> Fault:
    """Make a fault again from its journal record.

    Raises:
        UsageError: If no fault of that kind is known.
    """
    for module in _OWN:
        import_module(module)  # which makes its kinds known
    if record["kind"] not in _KINDS:
        raise UsageError(
            f"the journal has a fault of the kind {record['kind']!r}, which nothing here defines; "
            "import the module that does from the provisioning"
        )
    fields = {key: tuple(v) if isinstance(v, list) else v for key, v in record["fields"].items()}
    return _KINDS[record["kind"]](**fields)

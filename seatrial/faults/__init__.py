"""Faults and changes: what a scenario does to a platform on purpose, journalled before it happens and always undone."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatrial.faults.aws import ReplaceRecord, StopInstances, TerminateInstance
    from seatrial.faults.base import Fault, fault_from
    from seatrial.faults.calls import CallAws, MakeInAws
    from seatrial.faults.journal import Journal
    from seatrial.faults.kube import Create, Delete, Patch
    from seatrial.faults.processes import Freeze

__all__ = [
    "CallAws",
    "Create",
    "Delete",
    "Fault",
    "Freeze",
    "Journal",
    "MakeInAws",
    "Patch",
    "ReplaceRecord",
    "StopInstances",
    "TerminateInstance",
    "fault_from",
]

_HOMES = {
    "seatrial.faults.aws": ("ReplaceRecord", "StopInstances", "TerminateInstance"),
    "seatrial.faults.base": ("Fault", "fault_from"),
    "seatrial.faults.calls": ("CallAws", "MakeInAws"),
    "seatrial.faults.journal": ("Journal",),
    "seatrial.faults.kube": ("Create", "Delete", "Patch"),
    "seatrial.faults.processes": ("Freeze",),
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: a session without scenarios loads no client of a cluster."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

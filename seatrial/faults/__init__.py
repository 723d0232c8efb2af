"""Faults and changes: what a scenario does to a platform on purpose, journalled before it happens and always undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.lazily import from_homes

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

__getattr__ = from_homes(__name__, _HOMES)

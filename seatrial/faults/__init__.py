"""Faults and changes: what a scenario does to a platform on purpose, journalled before it happens and always undone."""

from seatrial.faults.aws import ReplaceRecord, StopInstances, TerminateInstance
from seatrial.faults.base import Fault, fault_from
from seatrial.faults.journal import Journal
from seatrial.faults.kube import Create, Delete, Patch

__all__ = [
    "Create",
    "Delete",
    "Fault",
    "Journal",
    "Patch",
    "ReplaceRecord",
    "StopInstances",
    "TerminateInstance",
    "fault_from",
]

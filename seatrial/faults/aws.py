"""Faults on the AWS side: machines lost, records changed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults.base import Fault, Memory
from seatrial.provisioning.contract import Actuators


@dataclass(frozen=True)
class StopInstances(Fault):
    """Lose machines: they stop as if their power was cut; undone by starting them."""

    kind: ClassVar[str] = "stop-instances"
    ids: tuple[str, ...]

    def apply(self, actuators: Actuators[Any]) -> None:
        """Stop them."""
        actuators.aws("ec2").stop_instances(InstanceIds=list(self.ids), Force=True)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Start those that are still there; a group replaces the others by itself."""
        states = _states(actuators, self.ids)
        stopped = [i for i, state in states.items() if state in ("stopped", "stopping")]
        if stopped:
            actuators.aws("ec2").start_instances(InstanceIds=stopped)

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name each one that is neither running nor gone for good."""
        ended = ("running", "terminated", "shutting-down")
        return [f"instance {i} is {state}" for i, state in _states(actuators, self.ids).items() if state not in ended]

    def __str__(self) -> str:
        return "stop instances " + ", ".join(self.ids)


@dataclass(frozen=True)
class TerminateInstance(Fault):
    """End a machine for good; its group makes another, and that is the undoing."""

    kind: ClassVar[str] = "terminate-instance"
    id: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """End it."""
        actuators.aws("ec2").terminate_instances(InstanceIds=[self.id])

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Nothing to do: the group has it replaced."""


@dataclass(frozen=True)
class ReplaceRecord(Fault):
    """Change or delete a DNS record by hand; undone by putting it back as it was.

    Attributes:
        zone: The hosted zone's id.
        record: The record set as Route53 lists it.
        replacement: What to put in its place; nothing deletes it.
    """

    kind: ClassVar[str] = "replace-record"
    zone: str
    record: dict[str, Any]
    replacement: dict[str, Any] | None = None

    def apply(self, actuators: Actuators[Any]) -> None:
        """Change or delete it."""
        if self.replacement is None:
            self._change(actuators, "DELETE", self.record)
        else:
            self._change(actuators, "UPSERT", self.replacement)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Put the record back as it was."""
        self._change(actuators, "UPSERT", self.record)

    def __str__(self) -> str:
        return f"{'delete' if self.replacement is None else 'change'} the record {self.record['Name']}"

    def _change(self, actuators: Actuators[Any], action: str, record: dict[str, Any]) -> None:
        changes = [{"Action": action, "ResourceRecordSet": record}]
        actuators.aws("route53").change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": changes})


def _states(actuators: Actuators[Any], ids: tuple[str, ...]) -> dict[str, str]:
    found = actuators.aws("ec2").describe_instances(Filters=[{"Name": "instance-id", "Values": list(ids)}])
    instances = [i for reservation in found["Reservations"] for i in reservation["Instances"]]
    return {i["InstanceId"]: i["State"]["Name"] for i in instances}

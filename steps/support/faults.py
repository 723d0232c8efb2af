"""The faults and changes that only this platform knows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import Delete, Fault
from seatrial.faults.base import Memory
from steps.support.capabilities import Actuators, have


@dataclass(frozen=True)
class GrowEtcd(Fault):
    """Add members to etcd; undone by taking them away again."""

    kind: ClassVar[str] = "grow-etcd"
    by: int
    back_to: int

    def apply(self, actuators: Actuators) -> None:
        """Add them."""
        have(actuators.own.etcd_size).grow(self.by)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Take them away again."""
        have(actuators.own.etcd_size).shrink(self.back_to)


@dataclass(frozen=True)
class AskForMachine(Fault):
    """Have a group start one more machine; undone by ending whatever it has started since.

    Attributes:
        beside: The id of a machine of the group.
    """

    kind: ClassVar[str] = "ask-for-machine"
    beside: str

    def before(self, actuators: Actuators) -> Memory:
        """Keep which machines the group has."""
        group, machines = have(actuators.own.group_size).group_of(self.beside)
        return {"group": group, "machines": machines}

    def apply(self, actuators: Actuators) -> None:
        """Ask for one more."""
        size = have(actuators.own.group_size)
        group, machines = size.group_of(self.beside)
        size.resize(group, len(machines) + 1)

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """End it."""
        have(actuators.own.group_size).shrink(memory["group"], memory["machines"])

    def remaining(self, actuators: Actuators, memory: Memory) -> list[str]:
        """Name the machines that the group has beyond those that it had."""
        size = have(actuators.own.group_size)
        return [f"the machine {id_} is still there" for id_ in size.beyond(memory["group"], memory["machines"])]


@dataclass(frozen=True)
class HoldNames(Fault):
    """Have nobody keep the names; undone by having them kept again."""

    kind: ClassVar[str] = "hold-names"

    def apply(self, actuators: Actuators) -> None:
        """Hold who keeps them."""
        have(actuators.own.names_keeper).hold()

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Let go."""
        have(actuators.own.names_keeper).let_go()

    def remaining(self, actuators: Actuators, memory: Memory) -> list[str]:  # noqa: ARG002
        """Say so while nobody keeps them."""
        return [] if have(actuators.own.names_keeper).at_work() else ["nobody keeps the names"]


@dataclass(frozen=True)
class CutOff(Fault):
    """Cut a member of the cluster off the network, its machine running on; undone by connecting it again."""

    kind: ClassVar[str] = "cut-off"
    member: str

    def apply(self, actuators: Actuators) -> None:
        """Cut it off."""
        have(actuators.own.node_network).cut_off(self.member)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Connect it again."""
        have(actuators.own.node_network).reconnect(self.member)


@dataclass(frozen=True)
class Crash(Fault):
    """End what a pod's container runs, without a warning; its node starts it anew, and that is the undoing."""

    kind: ClassVar[str] = "crash"
    namespace: str
    pod: str

    def apply(self, actuators: Actuators) -> None:
        """End it."""
        have(actuators.own.pod_killer).crash(self.namespace, self.pod)

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Nothing to do: the node starts it anew."""


@dataclass(frozen=True)
class SwapController(Fault):
    """Put another maker's ingress controllers in the place of those that run; undone by swapping back."""

    kind: ClassVar[str] = "swap-controller"
    to: str

    def before(self, actuators: Actuators) -> Memory:
        """Keep whose controllers run."""
        return {"was": have(actuators.own.controllers).running()}

    def apply(self, actuators: Actuators) -> None:
        """Swap them."""
        have(actuators.own.controllers).swap(self.to)

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Swap them back."""
        have(actuators.own.controllers).swap(memory["was"])

    def remaining(self, actuators: Actuators, memory: Memory) -> list[str]:
        """Name whose controllers run as long as it is not those that ran before."""
        now = have(actuators.own.controllers).running()
        return [] if now == memory["was"] else [f"the ingress controllers are {now}, not {memory['was']}"]


@dataclass(frozen=True)
class StartInstances(Fault):
    """Return machines their power back; what lost it has its own undoing."""

    kind: ClassVar[str] = "start-instances"
    ids: tuple[str, ...]

    def apply(self, actuators: Actuators) -> None:
        """Start them."""
        actuators.aws("ec2").start_instances(InstanceIds=list(self.ids))

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Nothing to do."""

    def __str__(self) -> str:
        return "start pods " + ", ".join(self.ids)


@dataclass(frozen=True)
class Unmake(Delete):
    """Delete what the scenario itself has made; nothing is put back."""

    kind: ClassVar[str] = "unmake"

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Nothing to do."""


@dataclass(frozen=True)
class ForeignVolume(Fault):
    """A volume of another team in the same account; undone by deleting it."""

    kind: ClassVar[str] = "foreign-volume"
    team: str
    zone: str

    def apply(self, actuators: Actuators) -> None:
        """Make it."""
        tags = [{"Key": "Name", "Value": f"trial-of-{self.team}"}, {"Key": "KubernetesCluster", "Value": self.team}]
        actuators.aws("ec2").create_volume(
            AvailabilityZone=self.zone, Size=1, TagSpecifications=[{"ResourceType": "volume", "Tags": tags}]
        )

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Delete it."""
        ec2 = actuators.aws("ec2")
        named = [{"Name": "tag:Name", "Values": [f"trial-of-{self.team}"]}]
        for volume in ec2.describe_volumes(Filters=named)["Volumes"]:
            ec2.delete_volume(VolumeId=volume["VolumeId"])


@dataclass(frozen=True)
class ForeignZone(Fault):
    """A zone of another team with one record; undone by deleting both."""

    kind: ClassVar[str] = "foreign-zone"
    name: str
    record: dict[str, Any]

    def apply(self, actuators: Actuators) -> None:
        """Make them."""
        route53 = actuators.aws("route53")
        made = route53.create_hosted_zone(Name=self.name, CallerReference=uuid.uuid4().hex)
        _change(route53, made["HostedZone"]["Id"], "UPSERT", self.record)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Delete every zone of that name, with the record."""
        route53 = actuators.aws("route53")
        for zone in route53.list_hosted_zones_by_name(DNSName=self.name)["HostedZones"]:
            if zone["Name"].rstrip(".") != self.name:
                continue
            for found in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]:
                if found["Type"] not in ("NS", "SOA"):
                    _change(route53, zone["Id"], "DELETE", found)
            route53.delete_hosted_zone(Id=zone["Id"])


@dataclass(frozen=True)
class HandMadeRecord(Fault):
    """A record that somebody made by hand, beside ours; undone by deleting it."""

    kind: ClassVar[str] = "hand-made-record"
    zone: str
    record: dict[str, Any]

    def apply(self, actuators: Actuators) -> None:
        """Make it."""
        _change(actuators.aws("route53"), self.zone, "UPSERT", self.record)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Delete it, if it is still there."""
        route53 = actuators.aws("route53")
        found = route53.list_resource_record_sets(
            HostedZoneId=self.zone, StartRecordName=self.record["Name"], StartRecordType=self.record["Type"]
        )["ResourceRecordSets"]
        for record in found:
            if _same(record, self.record):
                _change(route53, self.zone, "DELETE", record)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    def key(record: dict[str, Any]) -> tuple[str, str, str]:
        return record["Name"].rstrip("."), record["Type"], record.get("SetIdentifier", "")

    return key(one) == key(other)


def _change(route53: Any, zone: str, action: str, record: dict[str, Any]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

"""The machines of a platform as its cloud knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.net.nodes import is_master

if TYPE_CHECKING:
    from mypy_boto3_ec2.client import EC2Client

RUNNING = "running"
_ENDED = ("shutting-down", "terminated")
_OFF = ("stopping", "stopped")


@dataclass(frozen=True)
class Machine:
    """An instance of the platform.

    Attributes:
        id: The instance's id.
        name: Its private DNS name, which names its node.
        address: Its private address.
        public_address: Its public one; none while it is off.
        zone: Its availability zone.
        type: Its instance type.
        group: The kops instance group that it belongs to.
        master: Whether it is a master.
        state: What EC2 says of it.
    """

    id: str
    name: str
    address: str
    public_address: str
    zone: str
    type: str
    group: str
    master: bool
    state: str

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.state == RUNNING

    @property
    def off(self) -> bool:
        """Whether it is stopped, and may be started again."""
        return self.state in _OFF

    @property
    def ended(self) -> bool:
        """Whether it is gone for good."""
        return self.state in _ENDED


def look(ec2: EC2Client, cluster: str) -> list[Machine]:
    """List the machines of the kops cluster *cluster*, those that have ended included as long as EC2 shows them."""
    pages = ec2.get_paginator("describe_instances").paginate(
        Filters=[{"Name": "tag:KubernetesCluster", "Values": [cluster]}]
    )
    reservations = [reservation for page in pages for reservation in page["Reservations"]]
    return [_machine(instance) for reservation in reservations for instance in reservation["Instances"]]


def _machine(instance: Any) -> Machine:  # boto3's own type has every key optional
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    return Machine(
        id=instance["InstanceId"],
        name=instance.get("PrivateDnsName", ""),
        address=instance.get("PrivateIpAddress", ""),
        public_address=instance.get("PublicIpAddress", ""),
        zone=instance["Placement"]["AvailabilityZone"],
        type=instance["InstanceType"],
        group=tags.get("kops.k8s.io/instancegroup", ""),
        master=is_master(tags),
        state=instance["State"]["Name"],
    )

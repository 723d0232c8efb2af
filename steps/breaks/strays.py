"""Breaks by what nobody ordered: nodes, zones, members of etcd, and machines that a group would start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import CallAws, Fault, MakeInAws
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Break, Sabotage, Site, until
from steps.breaks import rounds
from steps.support.faults import GrowEtcd
from steps.support.site import nodes

_MACHINES = "features/cluster/machines.feature"
_NODE = "node-role.kubernetes.io/node"
_READY = {"type": "Ready", "status": "True", "reason": "KubeletReady"}


def stray(name: str, version: str) -> Break:
    """Make a node by hand, which is on no machine."""

    def break_(site: Site) -> tuple[str, ...]:
        labels = {_NODE: "", "kubernetes.io/hostname": name}
        info: dict[str, Any] = dict(nodes(site)[0].status.nodeInfo.to_dict()) | {"kubeletVersion": f"v{version}"}
        meta = {"name": name, "labels": labels, "annotations": {"kwok.x-k8s.io/node": "fake"}}
        spec = {"taints": [{"key": "seatrial.dev/nobody", "effect": "NoExecute"}]}  # no pod is to run there
        site.create({"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": spec, "status": {"nodeInfo": info}})
        return (name,)

    return break_


@dataclass(frozen=True)
class StartMachine(Fault):
    """Start a machine that bears nobody's name; undone by ending it."""

    kind: ClassVar[str] = "start-machine"
    image: str
    subnet: str
    token: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Start it."""
        told = {"ImageId": self.image, "SubnetId": self.subnet, "InstanceType": "t3.micro", "ClientToken": self.token}
        actuators.aws("ec2").run_instances(MinCount=1, MaxCount=1, **told)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """End it."""
        actuators.aws("ec2").terminate_instances(InstanceIds=self.started(actuators))

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it runs."""
        return [f"{machine} still runs" for machine in self.started(actuators)]

    def started(self, actuators: Actuators[Any]) -> list[str]:
        """Return the ids of what runs in the subnet without a name."""
        by = [{"Name": "subnet-id", "Values": [self.subnet]}, {"Name": "instance-state-name", "Values": ["running"]}]
        found = actuators.aws("ec2").describe_instances(Filters=by)["Reservations"]
        return [i["InstanceId"] for r in found for i in r["Instances"] if not i.get("Tags")]


def seventh_machine(site: Site) -> tuple[str, ...]:
    """Start a machine beside the platform's own, in their network."""
    ec2 = site.aws("ec2")
    named = [{"Name": "tag:KubernetesCluster", "Values": [site.facts.cluster]}]
    own = ec2.describe_instances(Filters=named)["Reservations"][0]["Instances"][0]
    started = StartMachine(own["ImageId"], own["SubnetId"], "seventh")
    site.inject(started)
    return (started.started(site.actuators)[0],)


def zone_without_a_node(site: Site) -> tuple[str, ...]:
    """Have a group keep no machine any more."""
    name = f"nodes-eu-west-1c.{site.facts.cluster}"
    none, one = ({"AutoScalingGroupName": name, "MinSize": n, "DesiredCapacity": n} for n in (0, 1))
    site.inject(CallAws("autoscaling", "update_auto_scaling_group", none, "update_auto_scaling_group", one))
    until("its node is gone", lambda: len(nodes(site)) == 2)  # noqa: PLR2004 - of three
    return ("eu-west-1c",)


def next_machine_too_small(site: Site) -> tuple[str, ...]:
    """Have a group start another type the next time; what runs stays as it is."""
    name = f"nodes-eu-west-1a.{site.facts.cluster}"
    groups, ec2 = site.aws("autoscaling"), site.aws("ec2")
    group = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]
    told = {"LaunchTemplateName": "small", "LaunchTemplateData": {"InstanceType": "t3.micro"}}
    site.inject(
        MakeInAws("ec2", "create_launch_template", told, "describe_launch_templates", {}, "LaunchTemplates",
                  "LaunchTemplateId", "delete_launch_template")
    )  # fmt: skip
    made = ec2.describe_launch_templates(LaunchTemplateNames=["small"])["LaunchTemplates"][0]["LaunchTemplateId"]
    was = {key: group["LaunchTemplate"][key] for key in ("LaunchTemplateId", "Version")}
    other, own = (
        {"AutoScalingGroupName": name, "LaunchTemplate": template}
        for template in ({"LaunchTemplateId": made, "Version": "1"}, was)
    )
    site.inject(CallAws("autoscaling", "update_auto_scaling_group", other, "update_auto_scaling_group", own))
    return (name,)


def second_zone(site: Site) -> tuple[str, ...]:
    """Make another zone of the platform's own name."""
    told = {"Name": site.facts.zone, "CallerReference": "sabotage"}
    site.inject(
        MakeInAws("route53", "create_hosted_zone", told, "list_hosted_zones", {}, "HostedZones", "Id",
                  "delete_hosted_zone")
    )  # fmt: skip
    return (site.facts.zone,)


def member_on_no_master(site: Site) -> tuple[str, ...]:
    """Have a member of etcd run where no master is."""
    site.inject(GrowEtcd(1, 3))
    return ("etcd-extra-1",)


SABOTAGES = (
    Sabotage(
        "a node that nobody ordered",
        stray("stray-1", "1.36.1"),
        f"{_MACHINES}::Every machine is a working member of the cluster",
        rounds.STRAYS,
        ("not among the machines in the cluster",),
    ),
    Sabotage(
        "a node of another version",
        stray("stray-2", "1.30.0"),
        f"{_MACHINES}::One version of Kubernetes",
        rounds.STRAYS,
        ("version 1.36.1", "version 1.30.0"),
    ),
    Sabotage(
        "a machine of nobody's",
        seventh_machine,
        f"{_MACHINES}::No machine is there but these",
        rounds.STRAYS,
        ("role one of master node",),
    ),
    Sabotage(
        "a zone without a node",
        zone_without_a_node,
        f"{_MACHINES}::Masters and nodes are spread over the zones",
        rounds.STRAYS,
        ("machines 1", "missing among 2"),
    ),
    Sabotage(
        "the next machine is of another size",
        next_machine_too_small,
        f"{_MACHINES}::The size of a node",
        rounds.STRAYS,
        ("type t2.large", "type t3.micro"),
    ),
    Sabotage(
        "a second zone of the platform's name",
        second_zone,
        "features/isolation/teams.feature::The zone and the bucket are named after the team",
        rounds.STRAYS,
        ("zones 1", "zones 2"),
    ),
    Sabotage(
        "a member of etcd on no master",
        member_on_no_master,
        "features/quorum/losing_masters.feature::Every master has a vote",
        rounds.STRAYS,
        ("not among the masters",),
    ),
)

"""Every kind of resource that a platform can have: how this platform's own are found, and how one is deleted.

The order of `KINDS` is that of deletion: what is used by nothing comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from provision.estate import kinds_beside, kinds_network
from provision.estate.access import AwsAccess
from provision.estate.names import Names, tags_of
from provision.estate.scope import Scope
from provision.estate.store import delete_store, owned

Find = Callable[[Scope], list[str]]
Delete = Callable[[Scope, str], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of resource: its name, how one platform's are found, and how one of them is deleted."""

    name: str
    find: Find
    delete: Delete


def _groups(scope: Scope) -> list[str]:
    pages = scope.access.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate()
    return [
        group["AutoScalingGroupName"]
        for page in pages
        for group in page["AutoScalingGroups"]
        if scope.names.owns(tags_of(group.get("Tags", [])))
    ]


def _delete_group(scope: Scope, name: str) -> None:
    scope.access.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)


def _instances(scope: Scope) -> list[str]:
    states = ["pending", "running", "shutting-down", "stopping", "stopped"]
    alive: Any = {"Name": "instance-state-name", "Values": states}
    pages = scope.ec2.get_paginator("describe_instances").paginate(Filters=[*scope.names.filters, alive])
    return [i["InstanceId"] for page in pages for r in page["Reservations"] for i in r["Instances"]]


def _end_instance(scope: Scope, instance: str) -> None:
    scope.ec2.terminate_instances(InstanceIds=[instance])


def _volumes(scope: Scope) -> list[str]:
    pages = scope.ec2.get_paginator("describe_volumes").paginate(Filters=scope.names.filters)
    return [volume["VolumeId"] for page in pages for volume in page["Volumes"]]


def _templates(scope: Scope) -> list[str]:
    pages = scope.ec2.get_paginator("describe_launch_templates").paginate(Filters=scope.names.filters)
    return [template["LaunchTemplateId"] for page in pages for template in page["LaunchTemplates"]]


def _key_pairs(scope: Scope) -> list[str]:
    prefix = f"kubernetes.{scope.names.cluster}-"
    pairs = scope.ec2.describe_key_pairs()["KeyPairs"]
    return [pair["KeyName"] for pair in pairs if pair["KeyName"].startswith(prefix)]


def _stores(scope: Scope) -> list[str]:
    return [scope.names.store] if owned(scope.access, scope.names) else []


KINDS: tuple[Kind, ...] = (
    Kind("auto scaling groups", _groups, _delete_group),
    Kind("instances", _instances, _end_instance),
    Kind("launch templates", _templates, lambda s, i: s.ec2.delete_launch_template(LaunchTemplateId=i)),
    Kind("volumes", _volumes, lambda s, i: s.ec2.delete_volume(VolumeId=i)),
    Kind("key pairs", _key_pairs, lambda s, i: s.ec2.delete_key_pair(KeyName=i)),
    *(Kind(*kind) for kind in kinds_network.KINDS),
    *(Kind(*kind) for kind in kinds_beside.KINDS),
    Kind("buckets", _stores, lambda s, i: delete_store(s.access, i)),
)


def inventory(access: AwsAccess, names: Names) -> dict[str, list[str]]:
    """Return the ids of everything that the platform has in the cloud, by kind; a kind that it has none of is empty."""
    scope = Scope(access, names)
    return {kind.name: sorted(kind.find(scope)) for kind in KINDS}

"""Machines: groups of them, themselves, what they are launched from, their volumes and their keys."""

from __future__ import annotations

from typing import Any

from provision.estate.names import tags_of
from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope


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


KINDS = (
    Kind("auto scaling groups", _groups, _delete_group),
    Kind("instances", _instances, _end_instance),
    Kind("launch templates", _templates, lambda s, i: s.ec2.delete_launch_template(LaunchTemplateId=i)),
    Kind("volumes", _volumes, lambda s, i: s.ec2.delete_volume(VolumeId=i)),
    Kind("key pairs", _key_pairs, lambda s, i: s.ec2.delete_key_pair(KeyName=i)),
)

"""Groups that have fewer machines than they are to have, with what AWS says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from provision.estate.access import AwsAccess
from provision.estate.names import Names, tags_of

if TYPE_CHECKING:
    from mypy_boto3_autoscaling import AutoScalingClient

_GOING = "Terminating"


def short(access: AwsAccess, names: Names) -> list[str]:
    """Return the platform's groups that lack machines, each with the reason that AWS gives."""
    return list(_short(access.client("autoscaling"), names))


def _short(autoscaling: AutoScalingClient, names: Names) -> Iterator[str]:
    for page in autoscaling.get_paginator("describe_auto_scaling_groups").paginate():
        for group in page["AutoScalingGroups"]:
            there = [one for one in group["Instances"] if not one["LifecycleState"].startswith(_GOING)]
            if names.owns(tags_of(group.get("Tags", []))) and len(there) < group["DesiredCapacity"]:
                name, wanted = group["AutoScalingGroupName"], group["DesiredCapacity"]
                yield f"{name} has {len(there)} of {wanted} machines{_reason(autoscaling, name)}"


def _reason(autoscaling: AutoScalingClient, name: str) -> str:
    found = autoscaling.describe_scaling_activities(AutoScalingGroupName=name, MaxRecords=1)["Activities"]
    failed = [one.get("StatusMessage", "") for one in found if one["StatusCode"] in ("Failed", "Cancelled")]
    return f": {failed[0]}" if failed else ""

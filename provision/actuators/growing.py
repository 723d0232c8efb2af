"""Groups of machines, made larger and smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from provision.estate import AwsAccess


class GroupSize:
    """Makes a group of machines larger and smaller, as somebody does who pays for them.

    Args:
        access: Gives the cloud.
    """

    def __init__(self, access: Callable[[], AwsAccess]) -> None:
        self._access = access

    def group_of(self, machine: str) -> tuple[str, list[str]]:
        """Return the name of a machine's group, and the ids of all of the group's machines.

        Raises:
            LookupError: If it is in no group.
        """
        pages = self._autoscaling.get_paginator("describe_auto_scaling_groups").paginate()
        for group in (found for page in pages for found in page["AutoScalingGroups"]):
            ids = [instance["InstanceId"] for instance in group["Instances"]]
            if machine in ids:
                return group["AutoScalingGroupName"], ids
        raise LookupError(f"the machine {machine} is in no group")

    def resize(self, group: str, size: int) -> None:
        """Have a group start machines until it has *size*, which is also the most that it may have."""
        self._autoscaling.update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=size, DesiredCapacity=size)

    def shrink(self, group: str, kept: Sequence[str]) -> None:
        """End all machines of a group but those that are *kept*, and have it keep so many."""
        for machine in self.beyond(group, kept):
            self._autoscaling.terminate_instance_in_auto_scaling_group(
                InstanceId=machine, ShouldDecrementDesiredCapacity=True
            )
        self.resize(group, len(kept))

    def beyond(self, group: str, kept: Sequence[str]) -> list[str]:
        """Return the ids of a group's machines that are none of those that are *kept*."""
        found = self._autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"]
        return [i["InstanceId"] for one in found for i in one["Instances"] if i["InstanceId"] not in kept]

    @property
    def _autoscaling(self) -> Any:
        return self._access().client("autoscaling")

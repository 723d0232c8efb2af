"""Groups on moto whose zone has no machines to give: as on AWS they stand without, say why, and try again."""

from __future__ import annotations

from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult

from provision.estate.faults import Faults


def play(faults: Faults) -> None:
    """Have groups start no machines where *faults* has it so; called once, before the first request is answered."""
    launch = FakeAutoScalingGroup.replace_autoscaling_group_instances
    groups = AutoScalingResponse.describe_auto_scaling_groups

    def launch_if_possible(self: Any, *arguments: Any, **details: Any) -> None:
        if not faults.full(self.name, self.availability_zones):
            launch(self, *arguments, **details)

    def describe_groups(self: Any) -> ActionResult:
        for group in self.autoscaling_backend.autoscaling_groups.values():
            if len(group.active_instances()) < (group.desired_capacity or 0):
                group.set_desired_capacity(group.desired_capacity)  # AWS tries by itself
        return groups(self)

    def describe_activities(self: Any) -> ActionResult:
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        full = faults.full(group.name, group.availability_zones) if group else ""
        return ActionResult({"Activities": [_failed(group, full)] if full else []})

    setattr(FakeAutoScalingGroup, "replace_autoscaling_group_instances", launch_if_possible)  # noqa: B010
    setattr(AutoScalingResponse, "describe_auto_scaling_groups", describe_groups)  # noqa: B010
    setattr(AutoScalingResponse, "describe_scaling_activities", describe_activities)  # noqa: B010


def _failed(group: Any, zone: str) -> dict[str, object]:
    return {
        "ActivityId": "a",
        "AutoScalingGroupName": group.name,
        "Cause": "an instance was started in response to a difference between desired and actual capacity",
        "StartTime": "2026-01-01T00:00:00Z",
        "StatusCode": "Failed",
        "StatusMessage": "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not "
        f"have sufficient {group.instance_type or 'such'} capacity in the Availability Zone you requested ({zone}).",
        "Progress": 100,
    }

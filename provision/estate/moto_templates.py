"""Where moto 5.2.5 takes a launch template for something that never changes: `moto_gaps` has the other gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.autoscaling.models import InstanceState
from moto.core.types import Base64EncodedString
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.utils import parse_user_data


def close_gaps() -> None:
    """Close every gap; called once, before the server answers its first request."""
    LaunchTemplate.create_version = _later_versions_have_user_data(LaunchTemplate.create_version)  # type: ignore[method-assign]
    InstanceState.__init__ = _an_instance_keeps_its_version(InstanceState.__init__)  # type: ignore[method-assign]
    InstanceState.launch_template = property(_template_of)  # type: ignore[assignment, method-assign]


def _later_versions_have_user_data(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: starts machines by any version of a template. Moto: an internal error, but for the first version."""

    def create_version(self: LaunchTemplate, data: dict[str, Any], description: str) -> object:
        told = data.get("UserData")
        if told is not None and not isinstance(told, Base64EncodedString):
            data = data | {"UserData": parse_user_data(told)}
        return original(self, data, description)

    return create_version


def _an_instance_keeps_its_version(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS: an instance of a group is of the version that started it. Moto: of the one that is the default now."""

    def init(self: Any, instance: Any, *arguments: Any, **details: Any) -> None:
        original(self, instance, *arguments, **details)
        group = self.auto_scaling_group
        if group is not None and group.ec2_launch_template is not None and not hasattr(instance, "started_by"):
            instance.started_by = group.ec2_launch_template.get_version(group.launch_template_version)

    return init


def _template_of(self: Any) -> dict[str, Any] | None:
    version = getattr(self.instance, "started_by", None)
    if version is None:
        return None
    template = version.template
    return {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "Version": str(version.number)}

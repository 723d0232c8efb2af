"""Openings of security groups, made by hand."""

from __future__ import annotations

from typing import Any

from seatrial.faults import CallAws


def permission(first: int, last: int = 0, **sources: Any) -> dict[str, Any]:
    """Return an opening by TCP, as EC2 has it."""
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last or first, **sources}


def opened(group: str, opening: dict[str, Any]) -> CallAws:
    """Return what opens a security *group*, by its id, further; undone by closing that again."""
    rule = {"GroupId": group, "IpPermissions": [opening]}
    there, back = "authorize_security_group_ingress", "revoke_security_group_ingress"
    return CallAws("ec2", there, rule, back, rule, already=("InvalidPermission.NotFound",))

"""What a hand has changed of the estate and kops leaves as it is: put right by the standup."""

from __future__ import annotations

from typing import Any

from provision.estate import policies
from provision.estate.differing import Look, excess
from seatrial.observers.aws import IngressRule


def mend(look: Look) -> int:
    """Take foreign policies from the machines' roles, and close what nobody agreed to open.

    Returns:
        How much was changed.
    """
    return policies.take_away(look.access, look.names) + _close(look)


def _close(look: Look) -> int:
    """Close what nobody agreed on; a group that does not bear our name is left to whoever made it."""
    ours = [(group, rule) for group, rule, _ in excess(look) if look.names.owns(group.tags)]
    for group, rule in ours:
        look.access.client("ec2").revoke_security_group_ingress(GroupId=group.id, IpPermissions=[_permission(rule)])
    return len(ours)


def _permission(rule: IngressRule) -> Any:
    ports = {} if rule.first_port is None else {"FromPort": rule.first_port, "ToPort": rule.last_port}
    kind, _, _ = rule.source.partition("-")
    sources: dict[str, tuple[str, str]] = {
        "sg": ("UserIdGroupPairs", "GroupId"),
        "pl": ("PrefixListIds", "PrefixListId"),
    }
    ranges = ("Ipv6Ranges", "CidrIpv6") if ":" in rule.source else ("IpRanges", "CidrIp")
    items, name = sources.get(kind, ranges)
    return {"IpProtocol": rule.protocol, **ports, items: [{name: rule.source}]}

"""The openings of the nodes' security group for the ingress controller's ports."""

from __future__ import annotations

from typing import Any

from provision.estate.access import AwsAccess
from provision.estate.names import Names
from provision.estate.openings import ingress_sources
from provision.spec import PlatformSpec
from seatrial.errors import StandupError


def closed_ports(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[int]:
    """Return the ingress controller's ports that are not open on the nodes to everybody who may come.

    Raises:
        StandupError: If the nodes' security group is not there.
    """
    return sorted({port for port, _ in _closed(_group_of_nodes(access, names), spec)})


def ensure_ingress_rules(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[int]:
    """Open the ingress controller's ports on the nodes; give the ports that were not open to everybody who may come.

    Raises:
        StandupError: If the nodes' security group is not there.
    """
    group = _group_of_nodes(access, names)
    missing = _closed(group, spec)
    if missing:
        access.client("ec2").authorize_security_group_ingress(
            GroupId=group["GroupId"], IpPermissions=[_permission(port, source) for port, source in missing]
        )
    return sorted({port for port, _ in missing})


def _permission(port: int, source: str) -> Any:
    ranges, cidr = ("Ipv6Ranges", "CidrIpv6") if ":" in source else ("IpRanges", "CidrIp")
    sources = [{cidr: source, "Description": "ingress controller"}]
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, ranges: sources}


def _group_of_nodes(access: AwsAccess, names: Names) -> Any:
    group_name = f"nodes.{names.cluster}"
    by_name: Any = {"Name": "group-name", "Values": [group_name]}
    groups = access.client("ec2").describe_security_groups(Filters=[*names.filters, by_name])["SecurityGroups"]
    if not groups:
        raise StandupError(f"no security group {group_name}: the cluster's step has not been done, run up again")
    return groups[0]


def _closed(group: Any, spec: PlatformSpec) -> list[tuple[int, str]]:
    open_already = {
        (permission.get("FromPort"), source)
        for permission in group["IpPermissions"]
        if permission["IpProtocol"] == "tcp" and permission.get("FromPort") == permission.get("ToPort")
        for source in [
            *(item["CidrIp"] for item in permission.get("IpRanges", [])),
            *(item["CidrIpv6"] for item in permission.get("Ipv6Ranges", [])),
        ]
    }
    return [opening for opening in ingress_sources(spec) if opening not in open_already]

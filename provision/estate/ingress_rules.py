"""The openings of the nodes' security group for the ingress controller's ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import StandupError

if TYPE_CHECKING:
    from provision.estate.access import AwsAccess
    from provision.estate.names import Names
    from provision.spec import PlatformSpec

_ANYWHERE = "0.0.0.0/0"


def closed_ports(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[int]:
    """Return the ingress controller's ports that are not open to everybody on the nodes.

    Raises:
        StandupError: If the nodes' security group is not there.
    """
    return _closed(_group_of_nodes(access, names), spec)


def ensure_ingress_rules(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[int]:
    """Open the ingress controller's ports on the nodes to everybody; give the ports that were not open before.

    Raises:
        StandupError: If the nodes' security group is not there.
    """
    group = _group_of_nodes(access, names)
    missing = _closed(group, spec)
    if missing:
        access.client("ec2").authorize_security_group_ingress(
            GroupId=group["GroupId"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": port,
                    "ToPort": port,
                    "IpRanges": [{"CidrIp": _ANYWHERE, "Description": "ingress controller"}],
                }
                for port in missing
            ],
        )
    return missing


def _group_of_nodes(access: AwsAccess, names: Names) -> Any:
    group_name = f"nodes.{names.cluster}"
    by_name: Any = {"Name": "group-name", "Values": [group_name]}
    groups = access.client("ec2").describe_security_groups(Filters=[*names.filters, by_name])["SecurityGroups"]
    if not groups:
        raise StandupError(f"no security group {group_name}: the cluster's step has not been done, run up again")
    return groups[0]


def _closed(group: Any, spec: PlatformSpec) -> list[int]:
    open_already = {
        permission.get("FromPort")
        for permission in group["IpPermissions"]
        if permission["IpProtocol"] == "tcp"
        and permission.get("FromPort") == permission.get("ToPort")
        and any(source["CidrIp"] == _ANYWHERE for source in permission["IpRanges"])
    }
    ports = spec.ingress.ports
    return [port for port in (ports.http, ports.https, ports.status) if port not in open_already]

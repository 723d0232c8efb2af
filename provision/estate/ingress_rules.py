"""The openings of the nodes' security group for the ingress controller's ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial.errors import StandupError

if TYPE_CHECKING:
    from provision.estate.access import AwsAccess
    from provision.estate.names import Names
    from provision.spec import PlatformSpec

_ANYWHERE = "0.0.0.0/0"


def ensure_ingress_rules(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[int]:
    """Open the ingress controller's ports on the nodes to everybody; give the ports that were not open before.

    Raises:
        StandupError: If the nodes' security group is not there.
    """
    ec2 = access.client("ec2")
    group_name = f"nodes.{names.cluster}"
    by_name: Any = {"Name": "group-name", "Values": [group_name]}
    groups = ec2.describe_security_groups(Filters=[*names.filters, by_name])["SecurityGroups"]
    if not groups:
        raise StandupError(f"no security group {group_name}: the cluster's step has not been done, run up again")
    group: Any = groups[0]
    open_already = {
        permission.get("FromPort")
        for permission in group["IpPermissions"]
        if permission["IpProtocol"] == "tcp"
        and permission.get("FromPort") == permission.get("ToPort")
        and any(source["CidrIp"] == _ANYWHERE for source in permission["IpRanges"])
    }
    ports = spec.ingress.ports
    missing = [port for port in (ports.http, ports.https, ports.status) if port not in open_already]
    if missing:
        ec2.authorize_security_group_ingress(
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

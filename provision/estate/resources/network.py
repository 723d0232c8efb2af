"""The network: whatever lies in the platform's own VPC is the platform's own."""

from __future__ import annotations

from typing import Any

from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope


def _within(scope: Scope) -> list[Any]:
    return [{"Name": "vpc-id", "Values": scope.networks}]


def _classic(scope: Scope) -> list[str]:
    pages = scope.access.client("elb").get_paginator("describe_load_balancers").paginate()
    found = [b for page in pages for b in page["LoadBalancerDescriptions"]] if scope.networks else []
    return [b["LoadBalancerName"] for b in found if b.get("VPCId") in scope.networks]


def _delete_classic(scope: Scope, name: str) -> None:
    scope.access.client("elb").delete_load_balancer(LoadBalancerName=name)


def _load_balancers(scope: Scope) -> list[str]:
    pages = scope.access.client("elbv2").get_paginator("describe_load_balancers").paginate()
    found = [b for page in pages for b in page["LoadBalancers"]] if scope.networks else []
    return [b["LoadBalancerArn"] for b in found if b.get("VpcId") in scope.networks]


def _delete_load_balancer(scope: Scope, arn: str) -> None:
    scope.access.client("elbv2").delete_load_balancer(LoadBalancerArn=arn)


def _target_groups(scope: Scope) -> list[str]:
    pages = scope.access.client("elbv2").get_paginator("describe_target_groups").paginate()
    found = [g for page in pages for g in page["TargetGroups"]] if scope.networks else []
    return [g["TargetGroupArn"] for g in found if g.get("VpcId") in scope.networks]


def _nat_gateways(scope: Scope) -> list[str]:
    if not scope.networks:
        return []
    gateways = scope.ec2.describe_nat_gateways(Filters=_within(scope))["NatGateways"]
    return [g["NatGatewayId"] for g in gateways if g["State"] != "deleted"]


def _interfaces(scope: Scope) -> list[str]:
    if not scope.networks:
        return []
    pages = scope.ec2.get_paginator("describe_network_interfaces").paginate(Filters=_within(scope))
    return [i["NetworkInterfaceId"] for page in pages for i in page["NetworkInterfaces"]]


def _addresses(scope: Scope) -> list[str]:
    return [a["AllocationId"] for a in scope.ec2.describe_addresses(Filters=scope.names.filters)["Addresses"]]


def _security_groups(scope: Scope) -> list[str]:
    return [g["GroupId"] for g in _described_groups(scope)]


def _described_groups(scope: Scope) -> list[Any]:
    """Those with the platform's tags, and whatever else lies in its network but for the network's own default."""
    pages = scope.ec2.get_paginator("describe_security_groups")
    found: dict[str, Any] = {}
    for filters in (scope.names.filters, *([_within(scope)] if scope.networks else [])):
        groups = [g for page in pages.paginate(Filters=filters) for g in page["SecurityGroups"]]
        found |= {g["GroupId"]: g for g in groups if g["GroupName"] != "default"}
    return list(found.values())


def _delete_security_group(scope: Scope, group: str) -> None:
    """Delete a group, after the rules of all: groups that name one another in rules keep one another from going."""
    for one in _described_groups(scope):
        if one["IpPermissions"]:
            scope.ec2.revoke_security_group_ingress(GroupId=one["GroupId"], IpPermissions=one["IpPermissions"])
    scope.ec2.delete_security_group(GroupId=group)


def _subnets(scope: Scope) -> list[str]:
    if not scope.networks:
        return []
    pages = scope.ec2.get_paginator("describe_subnets").paginate(Filters=_within(scope))
    return [s["SubnetId"] for page in pages for s in page["Subnets"]]


def _route_tables(scope: Scope) -> list[str]:
    if not scope.networks:
        return []
    pages = scope.ec2.get_paginator("describe_route_tables").paginate(Filters=_within(scope))
    tables = [t for page in pages for t in page["RouteTables"]]
    return [t["RouteTableId"] for t in tables if not any(a.get("Main") for a in t["Associations"])]


def _delete_route_table(scope: Scope, table: str) -> None:
    for association in scope.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"]:
        scope.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    scope.ec2.delete_route_table(RouteTableId=table)


def _internet_gateways(scope: Scope) -> list[str]:
    gateways = scope.ec2.describe_internet_gateways(Filters=scope.names.filters)["InternetGateways"]
    return [g["InternetGatewayId"] for g in gateways]


def _delete_internet_gateway(scope: Scope, gateway: str) -> None:
    found = scope.ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"][0]
    for attachment in found["Attachments"]:
        scope.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=attachment["VpcId"])
    scope.ec2.delete_internet_gateway(InternetGatewayId=gateway)


def _dhcp_options(scope: Scope) -> list[str]:
    options = scope.ec2.describe_dhcp_options(Filters=scope.names.filters)["DhcpOptions"]
    return [o["DhcpOptionsId"] for o in options]


def _delete_network(scope: Scope, vpc: str) -> None:
    try:
        scope.ec2.delete_vpc(VpcId=vpc)
    finally:
        scope.__dict__.pop("networks", None)  # looked for anew


def _networks(scope: Scope) -> list[str]:
    return list(scope.networks)


KINDS = (
    Kind("classic load balancers", _classic, _delete_classic),
    Kind("load balancers", _load_balancers, _delete_load_balancer),
    Kind("target groups", _target_groups, lambda s, i: s.access.client("elbv2").delete_target_group(TargetGroupArn=i)),
    Kind("NAT gateways", _nat_gateways, lambda s, i: s.ec2.delete_nat_gateway(NatGatewayId=i)),
    Kind("network interfaces", _interfaces, lambda s, i: s.ec2.delete_network_interface(NetworkInterfaceId=i)),
    Kind("elastic addresses", _addresses, lambda s, i: s.ec2.release_address(AllocationId=i)),
    Kind("security groups", _security_groups, _delete_security_group),
    Kind("subnets", _subnets, lambda s, i: s.ec2.delete_subnet(SubnetId=i)),
    Kind("route tables", _route_tables, _delete_route_table),
    Kind("internet gateways", _internet_gateways, _delete_internet_gateway),
    Kind("networks", _networks, _delete_network),
    Kind("DHCP options", _dhcp_options, lambda s, i: s.ec2.delete_dhcp_options(DhcpOptionsId=i)),
)

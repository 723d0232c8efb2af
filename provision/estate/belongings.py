"""Everything of one platform in the cloud with all that can be said of it: to see that it is as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from provision.estate.access import AwsAccess
from provision.estate.names import Names, tags_of
from provision.estate.resources import inventory
from provision.estate.scope import Scope

_DESCRIBED = (  # the call of EC2, where its answer has the things, and the name of a thing's id
    ("instances", "describe_instances", "Reservations", "InstanceId", "InstanceIds"),
    ("volumes", "describe_volumes", "Volumes", "VolumeId", "VolumeIds"),
    ("security groups", "describe_security_groups", "SecurityGroups", "GroupId", "GroupIds"),
    ("subnets", "describe_subnets", "Subnets", "SubnetId", "SubnetIds"),
    ("route tables", "describe_route_tables", "RouteTables", "RouteTableId", "RouteTableIds"),
    ("internet gateways", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", "InternetGatewayIds"),
    ("networks", "describe_vpcs", "Vpcs", "VpcId", "VpcIds"),
    ("DHCP options", "describe_dhcp_options", "DhcpOptions", "DhcpOptionsId", "DhcpOptionsIds"),
    ("launch templates", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId", "LaunchTemplateIds"),
)
_CHANGING = ("ResponseMetadata", "UsageOperationUpdateTime")
_TAGS_A_CALL = 10

Row = dict[str, object]


def belongings(access: AwsAccess, names: Names) -> dict[str, Row]:
    """Return every resource of the platform, by its kind and name, with its tags and its attributes.

    What merely exists, without attributes of interest, is there by name alone.
    """
    ids = inventory(access, names)
    rows: dict[str, Row] = {f"{kind} {one}": {} for kind, found in ids.items() for one in found}
    scope = Scope(access, names)
    for described in (
        _of_ec2(scope, ids),
        _groups(scope),
        _records(scope, ids),
        _checks(scope, ids),
        _bucket(scope, ids),
    ):
        rows |= dict(described)
    return rows


def _of_ec2(scope: Scope, ids: dict[str, list[str]]) -> Iterator[tuple[str, Row]]:
    for kind, call, key, name, argument in _DESCRIBED:
        if not ids[kind]:
            continue
        answer = getattr(scope.ec2, call)(**{argument: ids[kind]})[key]
        things = [i for one in answer for i in one["Instances"]] if key == "Reservations" else answer
        for thing in things:
            yield f"{kind} {thing[name]}", row_of(thing)


def _groups(scope: Scope) -> Iterator[tuple[str, Row]]:
    pages = scope.access.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate()
    for group in (g for page in pages for g in page["AutoScalingGroups"]):
        if scope.names.owns(tags_of(group.get("Tags", []))):
            yield f"auto scaling groups {group['AutoScalingGroupName']}", row_of(group)


def _records(scope: Scope, ids: dict[str, list[str]]) -> Iterator[tuple[str, Row]]:
    route53 = scope.access.client("route53")
    for zone in ids["hosted zones"]:
        tagged = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)["ResourceTagSet"]
        yield f"hosted zones {zone}", row_of({"Tags": tagged["Tags"]})
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        for record in (r for page in pages for r in page["ResourceRecordSets"]):
            name = " ".join(filter(None, (record["Name"], record["Type"], record.get("SetIdentifier"))))
            yield f"records {name}", row_of(record)


def _checks(scope: Scope, ids: dict[str, list[str]]) -> Iterator[tuple[str, Row]]:
    route53, ours = scope.access.client("route53"), ids["health checks"]
    tags: dict[str, Any] = {}
    for start in range(0, len(ours), _TAGS_A_CALL):
        some = ours[start : start + _TAGS_A_CALL]
        answer = route53.list_tags_for_resources(ResourceType="healthcheck", ResourceIds=some)
        tags |= {one["ResourceId"]: one["Tags"] for one in answer["ResourceTagSets"]}
    for check in ours:
        config = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
        yield f"health checks {check}", row_of({**config, "Tags": tags.get(check, [])})


def _bucket(scope: Scope, ids: dict[str, list[str]]) -> Iterator[tuple[str, Row]]:
    s3 = scope.access.client("s3")
    for bucket in ids["buckets"]:
        kept = {
            "Versioning": s3.get_bucket_versioning(Bucket=bucket).get("Status", "Off"),
            "Tags": s3.get_bucket_tagging(Bucket=bucket)["TagSet"],
        }
        yield f"buckets {bucket}", row_of(kept)
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for item in (i for page in pages for i in page.get("Contents", [])):
            yield f"objects {bucket}/{item['Key']}", {"etag": item["ETag"], "size": item["Size"]}


def row_of(thing: Any) -> Row:
    """Return what the API says of a resource as fields that can be compared: tags as such, all else as text."""
    fields: Row = {name: _text(value) for name, value in thing.items() if name not in (*_CHANGING, "Tags")}
    return fields | {"Tags": _tags(thing.get("Tags") or [])}


def _tags(items: Iterable[Any]) -> set[str]:
    return {f"{item['Key']}={item['Value']}" for item in items}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(sorted(json.dumps(item, sort_keys=True, default=str) for item in value))
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)

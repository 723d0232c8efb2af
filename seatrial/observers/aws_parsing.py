"""Turns the AWS API's answers into the AWS observer's records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seatrial.observers.aws_objects import (
    Group,
    HealthCheck,
    IngressRule,
    Instance,
    Record,
    SecurityGroup,
    Snapshot,
    Volume,
)

_GROUP_TAG = "aws:autoscaling:groupName"


def tags(items: Any) -> dict[str, str]:
    """Turn a list of keys and values into a mapping; nothing into an empty one."""
    return {item["Key"]: item["Value"] for item in items or []}


def filters(wanted: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """Return EC2's filter for resources that carry every one of the *wanted* tags."""
    return [{"Name": f"tag:{key}", "Values": [value]} for key, value in (wanted or {}).items()]


def has(there: Mapping[str, str], wanted: Mapping[str, str] | None) -> bool:
    """Return whether the tags that are *there* include every one of the *wanted*."""
    return all(there.get(key) == value for key, value in (wanted or {}).items())


def instance(item: Any) -> Instance:
    """Read an instance."""
    tagged = tags(item.get("Tags"))
    return Instance(
        item["InstanceId"],
        item["State"]["Name"],
        item["InstanceType"],
        item["Placement"]["AvailabilityZone"],
        item.get("PrivateIpAddress"),
        item.get("PrivateDnsName"),
        item.get("PublicIpAddress"),
        tagged.get(_GROUP_TAG),
        tagged,
        tuple(group["GroupId"] for group in item.get("SecurityGroups", [])),
        item.get("VpcId"),
        _asks_for_session(item),
    )


def template(item: Any) -> tuple[str, str] | None:
    """Return the id and version of an auto scaling group's launch template, if it has one."""
    policy = item.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    named = item.get("LaunchTemplate") or policy.get("LaunchTemplateSpecification")
    return (named["LaunchTemplateId"], named.get("Version", "$Default")) if named else None


def group(item: Any, launched: Mapping[tuple[str, str], Any]) -> Group:
    """Read an auto scaling group; *launched* is what launch templates say."""
    named = template(item)
    what = launched.get(named, {}) if named else {}
    return Group(
        item["AutoScalingGroupName"],
        item["MinSize"],
        item["MaxSize"],
        item["DesiredCapacity"],
        tuple(item["AvailabilityZones"]),
        tuple(member["InstanceId"] for member in item["Instances"]),
        what.get("InstanceType"),
        tags(item.get("Tags")),
        tuple(sorted(process["ProcessName"] for process in item.get("SuspendedProcesses", []))),
        _asks_for_session(what),
    )


def volume(item: Any) -> Volume:
    """Read an EBS volume."""
    attachments = [a["InstanceId"] for a in item.get("Attachments", []) if a.get("State") != "detached"]
    return Volume(
        item["VolumeId"],
        item["AvailabilityZone"],
        item["Size"],
        item["VolumeType"],
        item["State"],
        attachments[0] if attachments else None,
        tags(item.get("Tags")),
        bool(item.get("Encrypted")),
    )


def snapshot(item: Any) -> Snapshot:
    """Read a copy of an EBS volume."""
    return Snapshot(item["SnapshotId"], item["VolumeId"], bool(item.get("Encrypted")), tags(item.get("Tags")))


def security_group(item: Any) -> SecurityGroup:
    """Read a security group, with one rule for each source of each of its permissions."""
    rules = []
    for permission in item["IpPermissions"]:
        sources = [
            *(source["CidrIp"] for source in permission.get("IpRanges", [])),
            *(source["CidrIpv6"] for source in permission.get("Ipv6Ranges", [])),
            *(source["GroupId"] for source in permission.get("UserIdGroupPairs", [])),
            *(source["PrefixListId"] for source in permission.get("PrefixListIds", [])),
        ]
        ports = permission.get("FromPort"), permission.get("ToPort")
        rules += [IngressRule(permission["IpProtocol"], *ports, source) for source in sources]
    return SecurityGroup(item["GroupId"], item["GroupName"], item.get("VpcId"), tuple(rules), tags(item.get("Tags")))


def record(item: Any) -> Record:
    """Read a record set; an alias has its target's name as its value."""
    alias = item.get("AliasTarget")
    values = [alias["DNSName"]] if alias else [value["Value"] for value in item.get("ResourceRecords", [])]
    return Record(
        # Route53 writes what is not a letter, digit, hyphen or underscore in octal; the one that matters is the star.
        item["Name"].removesuffix(".").replace("\\052", "*"),
        item["Type"],
        item.get("TTL"),
        tuple(values),
        item.get("SetIdentifier"),
        item.get("HealthCheckId"),
        bool(item.get("MultiValueAnswer")),
    )


def health_check(item: Any, tagged: Mapping[str, str]) -> HealthCheck:
    """Read a health check of Route53."""
    config = item["HealthCheckConfig"]
    return HealthCheck(
        item["Id"],
        config["Type"],
        config.get("IPAddress"),
        config.get("Port"),
        config.get("ResourcePath"),
        config.get("RequestInterval"),
        config.get("FailureThreshold"),
        tagged,
        host=config.get("FullyQualifiedDomainName"),
        disabled=bool(config.get("Disabled")),
        inverted=bool(config.get("Inverted")),
    )


def _asks_for_session(item: Any) -> bool:
    options: Mapping[str, str] = item.get("MetadataOptions", {})
    return options.get("HttpTokens") == "required" or options.get("HttpEndpoint") == "disabled"

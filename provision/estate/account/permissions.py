"""Which rights are missing, as far as looks and dry runs can tell: nothing is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from provision.estate.access import AwsAccess
from provision.estate.account.trouble import DENIED
from provision.estate.names import Names
from provision.spec import PlatformSpec


@dataclass(frozen=True)
class Probe:
    """A call that changes nothing, and the right that it needs."""

    action: str
    service: str
    call: str
    arguments: dict[str, Any] = field(default_factory=dict)


def probes(spec: PlatformSpec, names: Names) -> Sequence[Probe]:
    """Return a call for each service that a platform is made of, and dry runs of what it makes."""
    role = f"masters.{names.cluster}"
    zone = spec.zones[0]
    return (
        Probe("ec2:DescribeInstances", "ec2", "describe_instances", {"MaxResults": 5}),
        Probe("ec2:DescribeVpcs", "ec2", "describe_vpcs", {"MaxResults": 5}),
        Probe("ec2:CreateVpc", "ec2", "create_vpc", {"CidrBlock": spec.network, "DryRun": True}),
        Probe(
            "ec2:CreateVolume",
            "ec2",
            "create_volume",
            {"AvailabilityZone": zone, "Size": 1, "VolumeType": spec.mongodb.volume.type, "DryRun": True},
        ),
        Probe("autoscaling:DescribeAutoScalingGroups", "autoscaling", "describe_auto_scaling_groups"),
        Probe("elasticloadbalancing:DescribeLoadBalancers", "elbv2", "describe_load_balancers"),
        Probe("iam:GetRole", "iam", "get_role", {"RoleName": role}),
        Probe("route53:ListHostedZonesByName", "route53", "list_hosted_zones_by_name", {"DNSName": names.cluster}),
        Probe("route53:ListHealthChecks", "route53", "list_health_checks"),
        Probe("events:ListRules", "events", "list_rules", {"NamePrefix": names.cluster}),
        Probe("sqs:ListQueues", "sqs", "list_queues", {"QueueNamePrefix": "seatrial"}),
    )


def denied(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[str]:
    """Return the actions that the account refuses to whoever the credentials are of."""
    return [probe.action for probe in probes(spec, names) if _is_denied(access, probe)]


def _is_denied(access: AwsAccess, probe: Probe) -> bool:
    call: Callable[..., Any] = getattr(access.client(probe.service), probe.call)
    try:
        call(**probe.arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED  # a dry run that would succeed is an error, too
    except BotoCoreError:
        return False  # it is not known
    return False

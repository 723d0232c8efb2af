"""The AWS observer: what an account has, read from the API at each look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading, reading_of_settings
from seatrial.observers import aws_parsing as parsing
from seatrial.observers.aws_objects import (
    Bucket,
    Group,
    HealthCheck,
    HostedZone,
    IngressRule,
    Instance,
    LoadBalancer,
    Record,
    SecurityGroup,
    Snapshot,
    StoredObject,
    Subnet,
    Volume,
    Vpc,
)

__all__ = [
    "Aws",
    "Bucket",
    "Group",
    "HealthCheck",
    "HostedZone",
    "IngressRule",
    "Instance",
    "LoadBalancer",
    "Record",
    "SecurityGroup",
    "Snapshot",
    "StoredObject",
    "Subnet",
    "Volume",
    "Vpc",
]

_TAGS_A_CALL = 10  # resources whose tags Route53 gives in one call


class Clients(Protocol):
    """Gives boto3 clients by their service's name."""

    def client(self, service: str, /) -> Any:
        """Return the client of *service*."""


class Aws(Observer):
    """Reads one account's resources in one region.

    Args:
        clients: Where boto3 clients come from.
        fidelity: How true the account is: AWS's own, or a simulation.
        recorder: Where looks are noted; this process's own unless told.

    Methods that take *tags* give only what carries every one of them; all when left out.
    """

    def __init__(self, clients: Clients, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("aws", fidelity, recorder)
        self._clients = clients

    @reading
    def instances(self, tags: Mapping[str, str] | None = None) -> list[Instance]:
        """Return the instances, those that ended a while ago included."""
        reservations = self._pages("ec2", "describe_instances", "Reservations", Filters=parsing.filters(tags))
        return [parsing.instance(item) for reservation in reservations for item in reservation["Instances"]]

    @reading_of_settings
    def groups(self, tags: Mapping[str, str] | None = None) -> list[Group]:
        """Return the auto scaling groups, each with what its launch template says of the instances."""
        found = list(self._pages("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"))
        groups = [item for item in found if parsing.has(parsing.tags(item.get("Tags")), tags)]
        launched = self._launched({t for item in groups if (t := parsing.template(item)) is not None})
        return [parsing.group(item, launched) for item in groups]

    @reading
    def volumes(self, tags: Mapping[str, str] | None = None) -> list[Volume]:
        """Return the EBS volumes."""
        found = self._pages("ec2", "describe_volumes", "Volumes", Filters=parsing.filters(tags))
        return [parsing.volume(item) for item in found]

    @reading
    def snapshots(self, volumes: Collection[str]) -> list[Snapshot]:
        """Return the copies of some EBS *volumes*, by their ids."""
        of = [{"Name": "volume-id", "Values": sorted(volumes)}]
        found = self._pages("ec2", "describe_snapshots", "Snapshots", Filters=of) if volumes else ()
        return [parsing.snapshot(item) for item in found]

    @reading
    def vpcs(self, tags: Mapping[str, str] | None = None) -> list[Vpc]:
        """Return the networks."""
        found = self._pages("ec2", "describe_vpcs", "Vpcs", Filters=parsing.filters(tags))
        return [Vpc(item["VpcId"], item["CidrBlock"], parsing.tags(item.get("Tags"))) for item in found]

    @reading_of_settings
    def subnets(self) -> list[Subnet]:
        """Return the subnets."""
        found = self._pages("ec2", "describe_subnets", "Subnets")
        return [Subnet(item["SubnetId"], item["VpcId"], parsing.tags(item.get("Tags"))) for item in found]

    @reading_of_settings
    def security_groups(self, tags: Mapping[str, str] | None = None) -> list[SecurityGroup]:
        """Return the security groups with their openings."""
        found = self._pages("ec2", "describe_security_groups", "SecurityGroups", Filters=parsing.filters(tags))
        return [parsing.security_group(item) for item in found]

    @reading
    def load_balancers(self) -> list[LoadBalancer]:
        """Return the load balancers of every kind: classic, application, network, gateway."""
        classic = self._pages("elb", "describe_load_balancers", "LoadBalancerDescriptions")
        others = self._pages("elbv2", "describe_load_balancers", "LoadBalancers")
        return [
            *(LoadBalancer(i["LoadBalancerName"], "classic", i.get("DNSName", ""), i.get("VPCId")) for i in classic),
            *(LoadBalancer(i["LoadBalancerName"], i["Type"], i.get("DNSName", ""), i.get("VpcId")) for i in others),
        ]

    @reading_of_settings
    def buckets(self) -> list[Bucket]:
        """Return the account's buckets that may be read, with what protects each."""
        s3 = self._clients.client("s3")
        return [self._bucket(s3, item["Name"]) for item in s3.list_buckets()["Buckets"]]

    @reading
    def stored(self, bucket: str) -> list[StoredObject]:
        """Return what is kept in *bucket*, each with how it was encrypted when it was written."""
        s3, found = self._clients.client("s3"), self._pages("s3", "list_objects_v2", "Contents", Bucket=bucket)
        keys = [item["Key"] for item in found]
        return [StoredObject(k, s3.head_object(Bucket=bucket, Key=k).get("ServerSideEncryption", "")) for k in keys]

    @reading
    def hosted_zones(self) -> list[HostedZone]:
        """Return the DNS zones."""
        return [
            HostedZone(
                item["Id"].rsplit("/", 1)[-1],
                item["Name"].removesuffix("."),
                bool(item["Config"].get("PrivateZone")),
                item["ResourceRecordSetCount"],
            )
            for item in self._pages("route53", "list_hosted_zones", "HostedZones")
        ]

    @reading
    def records(self, zone_id: str) -> list[Record]:
        """Return the record sets of the zone *zone_id*."""
        pages = self._pages("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id)
        found = map(parsing.record, pages)
        # A simulated Route53 lists those of a name twice where a page ends among them: the next begins with the name.
        return list({(one.name, one.type, one.set_identifier): one for one in found}.values())

    @reading
    def health_checks(self, tags: Mapping[str, str] | None = None) -> list[HealthCheck]:
        """Return the health checks of Route53."""
        found = list(self._pages("route53", "list_health_checks", "HealthChecks"))
        tagged: dict[str, dict[str, str]] = {}
        for start in range(0, len(found), _TAGS_A_CALL):
            answer = self._clients.client("route53").list_tags_for_resources(
                ResourceType="healthcheck", ResourceIds=[item["Id"] for item in found[start : start + _TAGS_A_CALL]]
            )
            tagged |= {item["ResourceId"]: parsing.tags(item["Tags"]) for item in answer["ResourceTagSets"]}
        checks = [parsing.health_check(item, tagged.get(item["Id"], {})) for item in found]
        return [check for check in checks if parsing.has(check.tags, tags)]

    def evidence(self) -> object:
        """Return instances, groups, volumes and health checks, as far as the API still answers."""
        kept: dict[str, object] = {}
        for name in ("instances", "groups", "volumes", "health_checks"):
            try:
                kept[name] = [asdict(item) for item in getattr(self, name)()]
            except (BotoCoreError, ClientError) as error:
                kept[name] = f"could not be read: {error}"
        return kept

    def _pages(self, service: str, call: str, key: str, **arguments: object) -> Iterable[Any]:
        for page in self._clients.client(service).get_paginator(call).paginate(**arguments):
            yield from page[key]

    def _launched(self, templates: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Return what each launch template says of instances, by its id and version."""
        launched: dict[tuple[str, str], Any] = {}
        ec2 = self._clients.client("ec2")
        for template, version in templates:
            answer = ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=[version])
            for item in answer["LaunchTemplateVersions"]:
                launched[template, version] = item["LaunchTemplateData"]
        return launched

    def _bucket(self, s3: Any, name: str) -> Bucket:
        blocked = self._of_bucket(s3.get_public_access_block, name).get("PublicAccessBlockConfiguration", {})
        encryption = self._of_bucket(s3.get_bucket_encryption, name)
        versioning = self._of_bucket(s3.get_bucket_versioning, name)
        tagging = self._of_bucket(s3.get_bucket_tagging, name)
        return Bucket(
            name,
            versioned=versioning.get("Status") == "Enabled",
            encrypted="ServerSideEncryptionConfiguration" in encryption,
            private=bool(blocked) and all(blocked.values()),
            tags=parsing.tags(tagging.get("TagSet")),
        )

    @staticmethod
    def _of_bucket(call: Any, name: str) -> dict[str, Any]:
        """Ask one thing of a bucket; what it does not have, or does not let us see, is nothing."""
        try:
            return dict(call(Bucket=name))
        except ClientError:
            return {}

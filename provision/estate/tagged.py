"""Whatever in an account bears our tags, whoever has written them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from provision.estate.access import AwsAccess
from provision.estate.names import CLUSTER_TAG, EXPIRES_TAG, RUN_TAG, TEAM_TAG, tags_of
from provision.estate.store import tags_of_bucket
from provision.estate.updater_access import PATH
from provision.spec import PlatformSpec

_OURS = (TEAM_TAG, RUN_TAG, EXPIRES_TAG, CLUSTER_TAG)
_TAGS_A_CALL = 10


@dataclass(frozen=True)
class Tagged:
    """A thing that bears a time at which it is over.

    Attributes:
        kind: What it is.
        id: Its id or name.
        tags: Those of its tags that we know.
    """

    kind: str
    id: str
    tags: dict[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def tagged(access: AwsAccess, spec: PlatformSpec) -> list[Tagged]:
    """Return everything in the region, and in no region, that bears `EXPIRES_TAG`: machines, volumes, networks, ..."""
    looks = (_of_ec2(access), _groups(access), _buckets(access, spec), _zones(access, spec), _users(access))
    return [thing for look in looks for thing in look if EXPIRES_TAG in thing.tags]


def _of_ec2(access: AwsAccess) -> Iterator[Tagged]:
    pages = access.client("ec2").get_paginator("describe_tags").paginate(Filters=_asked("key"))
    found: dict[tuple[str, str], dict[str, str]] = {}
    for tag in (t for page in pages for t in page["Tags"]):
        found.setdefault((tag["ResourceType"], tag["ResourceId"]), {})[tag["Key"]] = tag["Value"]
    yield from (Tagged(kind, one, tags) for (kind, one), tags in found.items())


def _groups(access: AwsAccess) -> Iterator[Tagged]:
    pages = access.client("autoscaling").get_paginator("describe_tags").paginate(Filters=_asked("key"))
    found: dict[str, dict[str, str]] = {}
    for tag in (t for page in pages for t in page["Tags"]):
        found.setdefault(tag["ResourceId"], {})[tag["Key"]] = tag["Value"]
    yield from (Tagged("auto scaling group", name, tags) for name, tags in found.items())


def _buckets(access: AwsAccess, spec: PlatformSpec) -> Iterator[Tagged]:
    ending = spec.store_name("")
    for bucket in access.client("s3").list_buckets()["Buckets"]:
        if bucket["Name"].endswith(ending):
            yield Tagged("bucket", bucket["Name"], tags_of_bucket(access, bucket["Name"]))


def _zones(access: AwsAccess, spec: PlatformSpec) -> Iterator[Tagged]:
    route53 = access.client("route53")
    pages = route53.get_paginator("list_hosted_zones").paginate()
    ids = [
        zone["Id"].rsplit("/", 1)[-1]
        for page in pages
        for zone in page["HostedZones"]
        if zone["Name"].endswith(f".{spec.domain}.")
    ]
    for start in range(0, len(ids), _TAGS_A_CALL):
        some = ids[start : start + _TAGS_A_CALL]
        sets = route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=some)["ResourceTagSets"]
        yield from (Tagged("hosted zone", one["ResourceId"], tags_of(one["Tags"])) for one in sets)


def _users(access: AwsAccess) -> Iterator[Tagged]:
    iam = access.client("iam")
    for page in iam.get_paginator("list_users").paginate(PathPrefix=PATH):
        for user in page["Users"]:
            try:
                tags = iam.list_user_tags(UserName=user["UserName"])["Tags"]
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchEntity":
                    raise  # one that has just been deleted has none
                continue
            yield Tagged("user", user["UserName"], tags_of(tags))


def _asked(name: str) -> list[Any]:
    return [{"Name": name, "Values": list(_OURS)}]

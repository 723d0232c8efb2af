"""Whatever in an account bears our tags, whoever has written them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from provision.estate.access import NO_SUCH_IDENTITY, AwsAccess
from provision.estate.names import CLUSTER_TAG, EXPIRES_TAG, RUN_TAG, TEAM_TAG, tags_of
from provision.estate.public_zone import id_of
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
    yield from (Tagged(kind, one, tags) for (kind, one), tags in _described(access.client("ec2")).items())


def _groups(access: AwsAccess) -> Iterator[Tagged]:
    found = _described(access.client("autoscaling"))
    yield from (Tagged("auto scaling group", name, tags) for (_, name), tags in found.items())


def _described(client: Any) -> dict[tuple[str, str], dict[str, str]]:
    """Return our tags of everything that the *client* of EC2 or of Auto Scaling tells of, by its type and id."""
    asked = [{"Name": "key", "Values": list(_OURS)}]
    found: dict[tuple[str, str], dict[str, str]] = {}
    for page in client.get_paginator("describe_tags").paginate(Filters=asked):
        for tag in page["Tags"]:
            found.setdefault((tag["ResourceType"], tag["ResourceId"]), {})[tag["Key"]] = tag["Value"]
    return found


def _buckets(access: AwsAccess, spec: PlatformSpec) -> Iterator[Tagged]:
    ending = spec.store_name("")
    for bucket in access.client("s3").list_buckets()["Buckets"]:
        if bucket["Name"].endswith(ending):
            yield Tagged("bucket", bucket["Name"], tags_of_bucket(access, bucket["Name"]))


def _zones(access: AwsAccess, spec: PlatformSpec) -> Iterator[Tagged]:
    route53 = access.client("route53")
    pages = route53.get_paginator("list_hosted_zones").paginate()
    ids = [id_of(zone) for page in pages for zone in page["HostedZones"] if zone["Name"].endswith(f".{spec.domain}.")]
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
                if error.response["Error"]["Code"] not in NO_SUCH_IDENTITY:
                    raise  # one that has just been deleted has none
                continue
            yield Tagged("user", user["UserName"], tags_of(tags))

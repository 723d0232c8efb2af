"""The MongoDB members' volumes: one EBS volume for each, in its member's zone."""

from __future__ import annotations

from dataclasses import dataclass

from provision.estate.access import AwsAccess
from provision.estate.names import MEMBER_TAG, Names, items_of, tags_of
from provision.spec import PlatformSpec
from seatrial.errors import StandupError


@dataclass(frozen=True)
class VolumeInfo:
    """One member's volume: the member's number from 0, the volume's id, the availability zone of both."""

    member: int
    volume_id: str
    zone: str


def ensure_volumes(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[VolumeInfo]:
    """Make the volumes that are missing, and give all of them by member: member *i* has zone *i*.

    A volume is tagged in the call that makes it, so a run that is killed leaves none that is not found again.

    Raises:
        StandupError: If a member's volume is in another zone than its member's.
    """
    ec2 = access.client("ec2")
    there = {volume.member: volume for volume in find_volumes(access, names)}
    volumes = []
    for member in range(spec.mongodb.members):
        zone = spec.zones[member % len(spec.zones)]
        found = there.get(member)
        if found is not None and found.zone != zone:
            raise StandupError(
                f"the volume {found.volume_id} of MongoDB member {member} is in {found.zone}, expected {zone}: "
                "move its data and delete it, or take the platform down"
            )
        if found is None:
            tags = {"Name": f"mongodb-{member}.{names.cluster}", MEMBER_TAG: str(member)} | names.tags
            made = ec2.create_volume(
                AvailabilityZone=zone,
                Size=spec.mongodb.volume.size,
                VolumeType=spec.mongodb.volume.type,
                Encrypted=True,
                TagSpecifications=[{"ResourceType": "volume", "Tags": items_of(tags)}],
            )
            found = VolumeInfo(member, made["VolumeId"], zone)
        volumes.append(found)
    return volumes


def find_volumes(access: AwsAccess, names: Names) -> list[VolumeInfo]:
    """Return the members' volumes that are there, by member."""
    filters = [*names.filters, {"Name": "tag-key", "Values": [MEMBER_TAG]}]
    pages = access.client("ec2").get_paginator("describe_volumes").paginate(Filters=filters)
    found = [
        VolumeInfo(int(tags_of(volume["Tags"])[MEMBER_TAG]), volume["VolumeId"], volume["AvailabilityZone"])
        for page in pages
        for volume in page["Volumes"]
        if volume["State"] not in {"deleting", "deleted", "error"}
    ]
    return sorted(found, key=lambda volume: volume.member)

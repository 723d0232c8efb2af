"""Breaks of what lies on disks, and of what opens the cloud: no encryption, access for whoever asks."""

from __future__ import annotations

from typing import Any

from seatrial.faults import CallAws, MakeInAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds

_MACHINES = "features/security/machines.feature"


def volume_open(site: Site) -> tuple[str, ...]:
    return (_volume(site),)


def copy_open(site: Site) -> tuple[str, ...]:
    """Copy a volume of the platform's that is not encrypted."""
    by = {"Filters": [{"Name": "volume-id", "Values": [_volume(site)]}]}
    found = "describe_snapshots", by, "Snapshots", "SnapshotId"
    told = {"VolumeId": by["Filters"][0]["Values"][0], "Description": "by hand"}
    site.inject(MakeInAws("ec2", "create_snapshot", told, *found, "delete_snapshot"))
    return (str(site.aws("ec2").describe_snapshots(**by)["Snapshots"][0]["SnapshotId"]),)


def object_open(site: Site) -> tuple[str, ...]:
    """Have the bucket encrypt nothing any more, and put something into it."""
    named, key = {"Bucket": site.facts.bucket}, "left-behind"
    rules = site.aws("s3").get_bucket_encryption(**named)["ServerSideEncryptionConfiguration"]
    back = {**named, "ServerSideEncryptionConfiguration": {"Rules": [_rule(one) for one in rules["Rules"]]}}
    site.inject(CallAws("s3", "delete_bucket_encryption", named, "put_bucket_encryption", back))
    of = {**named, "Key": key}
    site.inject(CallAws("s3", "put_object", {**of, "Body": "a note"}, "delete_object", of))
    return (key,)


def machine_gives_away(site: Site) -> tuple[str, ...]:
    """Have a machine give its access to whoever asks it."""
    tagged = [{"Name": "tag:KubernetesCluster", "Values": [site.facts.cluster]}]
    found = site.aws("ec2").describe_instances(Filters=tagged)["Reservations"]
    machine = next(i["InstanceId"] for r in found for i in r["Instances"] if i["State"]["Name"] == "running")
    off, on = ({"InstanceId": machine, "HttpTokens": asked} for asked in ("optional", "required"))
    call = "modify_instance_metadata_options"
    site.inject(CallAws("ec2", call, off, call, on))
    return (machine,)


def group_gives_away(site: Site) -> tuple[str, ...]:
    """Have a group start its next machine from a template that says nothing of sessions."""
    groups = site.aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    group = next(g for g in groups if g["AutoScalingGroupName"].endswith(site.facts.cluster))
    name, was = group["AutoScalingGroupName"], group["LaunchTemplate"]
    told = {"LaunchTemplateName": "by-hand", "LaunchTemplateData": {"InstanceType": "t2.medium"}}
    by = {"Filters": [{"Name": "launch-template-name", "Values": ["by-hand"]}]}
    found = "describe_launch_templates", by, "LaunchTemplates", "LaunchTemplateId"
    site.inject(MakeInAws("ec2", "create_launch_template", told, *found, "delete_launch_template"))
    made = site.aws("ec2").describe_launch_templates(**by)["LaunchTemplates"][0]["LaunchTemplateId"]
    kept = {key: was[key] for key in ("LaunchTemplateId", "Version")}
    there, back = (
        {"AutoScalingGroupName": name, "LaunchTemplate": template}
        for template in ({"LaunchTemplateId": made, "Version": "$Latest"}, kept)
    )
    call = "update_auto_scaling_group"
    site.inject(CallAws("autoscaling", call, there, call, back))
    return (name,)


def _volume(site: Site) -> str:
    """Make a volume of the platform's that is not encrypted; give its id."""
    zone = site.aws("ec2").describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    tags = [{"Key": "Name", "Value": "by-hand"}, {"Key": "KubernetesCluster", "Value": site.facts.cluster}]
    told = {"AvailabilityZone": zone, "Size": 1, "TagSpecifications": [{"ResourceType": "volume", "Tags": tags}]}
    by = {"Filters": [{"Name": "tag:Name", "Values": ["by-hand"]}]}
    found = "describe_volumes", by, "Volumes", "VolumeId"
    site.inject(MakeInAws("ec2", "create_volume", told, *found, "delete_volume"))
    return str(site.aws("ec2").describe_volumes(**by)["Volumes"][0]["VolumeId"])


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    kept = "ApplyServerSideEncryptionByDefault"
    return {kept: rule[kept]}


SABOTAGES = (
    Sabotage(
        "a volume is not encrypted",
        volume_open,
        f"{_MACHINES}::Volumes",
        rounds.PLATFORM,
        ("encrypted yes", "encrypted no"),
    ),
    Sabotage(
        "a copy of a volume is not encrypted",
        copy_open,
        f"{_MACHINES}::Copies of volumes",
        rounds.WOULD_HAPPEN,
        ("encrypted yes", "encrypted no"),
    ),
    Sabotage(
        "the bucket encrypts nothing",
        object_open,
        f"{_MACHINES}::What is in the bucket",
        rounds.PLATFORM,
        ("encrypted yes", "encrypted no"),
    ),
    Sabotage(
        "a machine gives its access to anybody",
        machine_gives_away,
        f"{_MACHINES}::The machines that run",
        rounds.PLATFORM,
        ("session tokens yes", "session tokens no"),
    ),
    Sabotage(
        "a group starts machines that give their access to anybody",
        group_gives_away,
        f"{_MACHINES}::The machines that would be started next",
        rounds.PLATFORM,
        ("session tokens yes", "session tokens no"),
    ),
)

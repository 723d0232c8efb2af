"""All that a platform has in the cloud is compared with all that can be said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate
from provision.estate.belongings import belongings
from seatrial.checks.expectations import rows


@pytest.fixture(scope="module")
def red(stood_up: Callable[[str], Estate]) -> Estate:
    """The estate of the team red."""
    return stood_up("red")


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [m.subject for m in rows("what is ours", before)(after).mismatches]


def test_another_platform_changes_nothing(
    red: Estate, access: AwsAccess, stood_up: Callable[[str], Estate], kops_binary: object
) -> None:
    """One that comes and goes beside it leaves everything as it was; and there is something of every kind."""
    before = belongings(access, red.names)
    stood_up("blue").destroy(within=120)
    assert [] == changed(before, belongings(access, red.names))
    for kind, found in red.inventory().items():
        assert sum(name.startswith(f"{kind} ") for name in before) >= len(found)
    assert [name for name in before if name.startswith("objects red-store/")]


def test_a_change_is_noticed(red: Estate, access: AwsAccess) -> None:
    """A retagged volume, another record, an object written anew, a rule, a group's size: each by its name."""
    before, ec2 = belongings(access, red.names), access.client("ec2")
    volume = red.ensure_volumes()[0].volume_id
    ec2.create_tags(Resources=[volume], Tags=[{"Key": "Name", "Value": "mine now"}])
    record: Any = {"Name": "api.red.example.com.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"x"'}]}
    changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    access.client("route53").change_resource_record_sets(HostedZoneId=red.hosted_zone_id(), ChangeBatch=changes)
    s3 = access.client("s3")
    s3.put_object(Bucket="red-store", Key="red.example.com/config", Body=b"other")
    s3.put_bucket_versioning(Bucket="red-store", VersioningConfiguration={"Status": "Suspended"})
    group = "nodes-eu-west-1a.red.example.com"
    access.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=group, MaxSize=2)
    noticed = set(changed(before, belongings(access, red.names)))
    kept = {"buckets red-store", "objects red-store/red.example.com/config"}
    assert kept | {f"volumes {volume}", f"auto scaling groups {group}"} <= noticed
    assert any("api.red.example.com. TXT" in name for name in noticed)


def test_one_that_lost_our_name_is_missed(red: Estate, access: AwsAccess) -> None:
    """A volume that bears somebody else's name is not ours any more: it is missing."""
    before = belongings(access, red.names)
    volume = red.ensure_volumes()[1].volume_id
    access.client("ec2").create_tags(
        Resources=[volume], Tags=[{"Key": "KubernetesCluster", "Value": "thief.example.com"}]
    )
    assert f"volumes {volume}" in changed(before, belongings(access, red.names))

"""What a standup would do is said by kops itself and by us, and nothing of it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from provision.estate import AwsAccess, Estate, Kops, planning
from provision.estate.belongings import belongings
from provision.estate.preview import changes
from provision.spec import PlatformSpec
from seatrial.provisioning.planned import Change

from .telling_moto import HOLDS

_NO_KEYS = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n"
WRITTEN = """
*********************************************************************************

Will create resources:
  AutoscalingGroup/nodes-eu-west-1a.red.example.com
  \tGranularity         \t1Minute
  \tMetrics             \t[a]

  DHCPOptions/red.example.com
  \tDomainName          \teu-west-1.compute.internal

Will modify resources:
  LaunchTemplate/nodes-eu-west-1a.red.example.com
  \tInstanceType        \t t2.large -> t3.large
  \tUserData
  \t                    \t...
  \t                    \t+ a line

Items will be deleted during update:
  SecurityGroupRule    port=22 somewhere

Items will be deleted only when the --prune flag is specified:
  LoadBalancer         api-red

Must specify --yes to apply changes
"""


def test_what_kops_writes_is_read() -> None:
    """Each thing that it would make, change, delete or keep is told, with the fields that would change."""
    assert [
        Change("made", "AutoscalingGroup/nodes-eu-west-1a.red.example.com"),
        Change("made", "DHCPOptions/red.example.com"),
        Change("changed", "LaunchTemplate/nodes-eu-west-1a.red.example.com", "InstanceType, UserData"),
        Change("removed", "SecurityGroupRule port=22 somewhere"),
        Change("left", "LoadBalancer api-red", "kops deletes it by --prune alone"),
    ] == changes(WRITTEN)
    assert [] == changes("No changes need to be applied\n")


@pytest.fixture
def preview(tmp_path: Path) -> Callable[[Kops], list[Change]]:
    """Asks kops what it would do."""

    def ask(kops: Kops) -> list[Change]:
        encryption, folder = tmp_path / "encryption.yaml", tmp_path / "state"
        folder.mkdir(mode=0o700)
        encryption.write_text(_NO_KEYS)
        return changes(kops.preview(folder, encryption))

    return ask


def _held(endpoint: str) -> Any:
    return {name: there for name, there in httpx2.get(f"{endpoint}{HOLDS}").json().items() if there}


def test_nothing_there(
    estate: Callable[[str], Estate],
    kops: Callable[[str], Kops],
    preview: Callable[[Kops], list[Change]],
    endpoint: str,
    spec: PlatformSpec,
) -> None:
    """Where nothing is, all of it would be made; nothing is."""
    estate("planned").inventory()  # at the first question for it, moto makes what each account has
    before = _held(endpoint)
    found = preview(kops("planned"))
    beside = planning.changes(estate("planned"), spec, updater=True)
    assert before == _held(endpoint)
    assert {"made"} == {one.how for one in [*found, *beside]}
    said = [one.thing for one in found]
    assert 6 == sum(thing.startswith("AutoscalingGroup/") for thing in said)
    assert 6 == sum(thing.startswith("EBSVolume/") for thing in said)
    assert [
        *(f"volume of MongoDB member {member}" for member in range(3)),
        "bucket planned-store",
        "hosted zone planned.example.com",
        *(f"opening of the nodes' security group for port {port}" for port in (80, 443, 18080)),
        "user dns-updater.planned.example.com",
    ] == [one.thing for one in beside]


def test_something_else_is_asked_for(
    stood_up: Callable[[str], Estate],
    kops_binary: Path,
    access: AwsAccess,
    spec: PlatformSpec,
    preview: Callable[[Kops], list[Change]],
    endpoint: str,
    tmp_path: Path,
) -> None:
    """Of a platform that stands, what another platform.yaml would change is told, and the cloud is as it was."""
    names = stood_up("blue").names
    larger = spec.model_copy(update={"nodes": spec.nodes.model_copy(update={"type": "t3.large"})})
    before = _held(endpoint), belongings(access, names)
    folder = tmp_path / "kops"
    folder.mkdir(mode=0o700)
    found = preview(Kops(kops_binary, access, larger, "blue", folder))
    assert before == (_held(endpoint), belongings(access, names))
    assert {
        Change("changed", f"LaunchTemplate/nodes-{zone}.blue.example.com", "InstanceType") for zone in spec.zones
    } == set(found)


def test_what_a_hand_has_done(
    stood_up: Callable[[str], Estate], access: AwsAccess, spec: PlatformSpec, estate: Callable[[str], Estate]
) -> None:
    """What is missing, too much, or other than agreed beside kops is told with what would become of it."""
    green = stood_up("green")
    ec2, s3 = access.client("ec2"), access.client("s3")
    gone = green.find_volumes()[1].volume_id
    ec2.delete_volume(VolumeId=gone)
    s3.put_bucket_versioning(Bucket="green-store", VersioningConfiguration={"Status": "Suspended"})
    asked: Any = [{"Name": "group-name", "Values": ["nodes.green.example.com"]}]
    group = ec2.describe_security_groups(Filters=asked)["SecurityGroups"][0]["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    assert [
        Change("removed", "security group nodes.green.example.com", "opening tcp 22 0.0.0.0/0, on which nobody agreed"),
        Change("made", "volume of MongoDB member 1"),
        Change("changed", "bucket green-store", "versioned becomes True"),
    ] == planning.changes(green, spec, updater=False)

"""What a hand changes of the estate is named, whatever kops says of it; what can be, is put right."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate, Kops
from provision.estate.stored import otherwise
from provision.spec import PlatformSpec

ROLE = "nodes.red.example.com"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::red-store/*"}


@pytest.fixture(scope="module")
def red(stood_up: Callable[[str], Estate]) -> Estate:
    """The estate of the team red."""
    return stood_up("red")


@dataclass
class Hand:
    """Somebody who changes the estate of red by hand."""

    access: AwsAccess
    estate: Estate

    def group_of_nodes(self) -> Any:
        """Return the security group of the nodes."""
        by_name: Any = {"Name": "group-name", "Values": [ROLE]}
        return self.access.client("ec2").describe_security_groups(Filters=[by_name])["SecurityGroups"][0]

    def opens(self) -> str:
        """Open a port of the nodes to everybody."""
        sources: Any = [{"IpProtocol": "tcp", "FromPort": 9090, "ToPort": 9090, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        group = self.group_of_nodes()["GroupId"]
        self.access.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
        return f"security group {ROLE} opening tcp 9090 0.0.0.0/0: expected nothing, found present"

    def opens_all(self) -> str:
        """Let a network of a stranger's in, on every port."""
        sources: Any = [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}]
        group = self.group_of_nodes()["GroupId"]
        self.access.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=sources)
        return f"security group {ROLE} opening all all 2001:db8::/32: expected nothing, found present"

    def writes_into_role(self) -> str:
        """Give the nodes a right that kops did not give."""
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        self.access.client("iam").put_role_policy(RoleName=ROLE, PolicyName="all", PolicyDocument=json.dumps(document))
        return f"role {ROLE} policy all: expected nothing, found written into it"

    def attaches(self) -> str:
        """Attach a policy to the role of the nodes."""
        document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        made = self.access.client("iam").create_policy(PolicyName="buckets", PolicyDocument=json.dumps(document))
        self.access.client("iam").attach_role_policy(RoleName=ROLE, PolicyArn=made["Policy"]["Arn"])
        return f"role {ROLE} policy buckets: expected nothing, found attached"

    def lets_everybody_read(self) -> str:
        """Give the bucket of kops's state a policy."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": [ANYBODY]})
        self.access.client("s3").put_bucket_policy(Bucket="red-store", Policy=policy)
        return f"bucket red-store policy: expected nothing, found {policy}"

    def stops_versions(self) -> str:
        """Have the bucket keep no versions."""
        self.access.client("s3").put_bucket_versioning(
            Bucket="red-store", VersioningConfiguration={"Status": "Suspended"}
        )
        return "bucket red-store versioned: expected true, found false"


MENDED = (
    Hand.opens,
    Hand.opens_all,
    Hand.writes_into_role,
    Hand.attaches,
    Hand.lets_everybody_read,
    Hand.stops_versions,
)


@pytest.mark.parametrize("change", MENDED, ids=lambda change: change.__name__)
def test_a_change_by_hand(red: Estate, access: AwsAccess, change: Callable[[Hand], str]) -> None:
    """It is named, and nothing else is; a standup puts it right, and the next one has nothing to do."""
    assert [] == [str(one) for one in red.differences()]
    said = change(Hand(access, red))
    assert [said] == [str(one) for one in red.differences()]
    red.ensure_store()
    red.mend()
    assert [] == red.differences()
    assert 0 == red.mend()


def test_a_machine_too_many(red: Estate, access: AwsAccess, spec: PlatformSpec) -> None:
    """One that bears our name and that no group keeps is named, of whatever type; nobody removes it by himself."""
    image = access.client("ec2").describe_images()["Images"][0]["ImageId"]
    tags: Any = [{"ResourceType": "instance", "Tags": [{"Key": "KubernetesCluster", "Value": "red.example.com"}]}]
    made = access.client("ec2").run_instances(
        ImageId=image, InstanceType="m5.large", MinCount=1, MaxCount=1, TagSpecifications=tags
    )["Instances"][0]["InstanceId"]
    try:
        assert [
            f"machine {made}: nobody agreed on it",
            f"machine {made} type: expected {spec.nodes.type}, found m5.large",
            f'machine {made} security groups: expected ["{ROLE}"], found []',
        ] == [str(one) for one in red.differences()]
        red.mend()
        assert 3 == len(red.differences())
    finally:
        access.client("ec2").terminate_instances(InstanceIds=[made])


def test_a_stranger_in_our_network(red: Estate, access: AwsAccess) -> None:
    """A machine that bears no name at all is named where it lies in our network."""
    ec2 = access.client("ec2")
    mine: Any = [{"Name": "tag:KubernetesCluster", "Values": ["red.example.com"]}]
    subnet = ec2.describe_subnets(Filters=mine)["Subnets"][0]["SubnetId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]["InstanceId"]
    try:
        assert [f"machine {made} in our network: nobody agreed on it"] == [str(one) for one in red.differences()]
    finally:
        ec2.terminate_instances(InstanceIds=[made])


def test_a_volume_that_nobody_agreed_on(red: Estate, access: AwsAccess) -> None:
    """It bears our name, and is neither etcd's nor a member's."""
    ec2 = access.client("ec2")
    tags: Any = [{"ResourceType": "volume", "Tags": [{"Key": "KubernetesCluster", "Value": "red.example.com"}]}]
    made = ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1, TagSpecifications=tags)["VolumeId"]
    try:
        red.ensure_volumes()
        assert [f"volume {made}: nobody agreed on it"] == [str(one) for one in red.differences()]
    finally:
        ec2.delete_volume(VolumeId=made)


def test_what_kops_has_stored_is_changed_by_hand(
    red: Estate, access: AwsAccess, kops: Callable[[str], Kops], tmp_path: Path
) -> None:
    """A document that says otherwise, one too many, and a group of machines that is of none of them."""
    state, encryption = tmp_path / "state", tmp_path / "encryption.yaml"
    state.mkdir()
    encryption.write_text("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n")
    kops("red").preview(state, encryption)
    assert [] == list(otherwise(access, red.names, state))
    s3, autoscaling = access.client("s3"), access.client("autoscaling")
    home = "red.example.com/instancegroup"
    before = s3.get_object(Bucket="red-store", Key=f"{home}/nodes-eu-west-1a")["Body"].read()
    s3.put_object(Bucket="red-store", Key=f"{home}/nodes-eu-west-1a", Body=before.replace(b"maxSize: 1", b"maxSize: 3"))
    s3.put_object(Bucket="red-store", Key=f"{home}/more", Body=before)
    tags: Any = [{"Key": "KubernetesCluster", "Value": "red.example.com", "PropagateAtLaunch": True}]
    launched = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["LaunchTemplate"]
    of: Any = {"LaunchTemplateId": launched["LaunchTemplateId"]}
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="extra.red.example.com",
        MinSize=0,
        MaxSize=0,
        LaunchTemplate=of,
        AvailabilityZones=["eu-west-1a"],
        Tags=tags,
    )
    try:
        assert [
            "kops's own instancegroup/nodes-eu-west-1a: maxSize: 3 instead of maxSize: 1",
            "kops's own instancegroup/more: nobody asked for it",
            "AutoscalingGroup/extra.red.example.com: nobody asked for it",
        ] == [str(one) for one in otherwise(access, red.names, state)]
    finally:
        s3.put_object(Bucket="red-store", Key=f"{home}/nodes-eu-west-1a", Body=before)
        s3.delete_object(Bucket="red-store", Key=f"{home}/more")
        autoscaling.delete_auto_scaling_group(AutoScalingGroupName="extra.red.example.com", ForceDelete=True)


def test_volumes(red: Estate, access: AwsAccess) -> None:
    """A member's volume by another name, one that grew, and one that is gone."""
    ec2, volumes = access.client("ec2"), red.ensure_volumes()
    first, second, third = (volume.volume_id for volume in volumes)
    ec2.create_tags(Resources=[first], Tags=[{"Key": "Name", "Value": "mine now"}])
    ec2.modify_volume(VolumeId=second, Size=999)
    ec2.delete_volume(VolumeId=third)
    found = [str(one) for one in red.differences()]
    assert f"volume {first} tag Name: expected mongodb-0.red.example.com, found mine now" in found
    assert any(line.startswith(f"volume {second} GiB: expected ") and line.endswith("found 999") for line in found)
    assert "volume of MongoDB member 2: missing" in found
    assert 3 == len(found)

"""Somebody else in the account: she looks at machines, and is let in where a bucket's policy says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from provision.estate import AwsAccess, Keys
from provision.estate.calls import Call
from provision.estate.guest import permits
from provision.observers.member import Bucket

ARN = "arn:aws:s3:::state"
GUEST = "arn:aws:iam::123456789012:user/guest"
Client = Callable[[str], Any]


@pytest.fixture
def bucket(access: AwsAccess) -> Iterator[str]:
    """A bucket with something in it, and with no policy."""
    s3 = access.client("s3")
    s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="state", Key="pki/ca", Body=b"the CA's key")
    yield "state"
    for found in s3.list_objects_v2(Bucket="state")["Contents"]:
        s3.delete_object(Bucket="state", Key=found["Key"])
    s3.delete_bucket(Bucket="state")


@pytest.fixture
def guest(endpoint: str, guest_keys: Keys) -> Client:
    """Makes AWS's own client, with her keys."""

    def client(service: str) -> Any:
        make: Any = boto3.client
        names = {"aws_access_key_id": guest_keys.id, "aws_secret_access_key": guest_keys.secret}
        once = Config(retries={"total_max_attempts": 1})
        return make(service, endpoint_url=endpoint, region_name="eu-west-1", config=once, **names)

    return client


def refused(*calls: Callable[[], object]) -> None:
    """See that each call is refused, for want of rights."""
    for call in calls:
        with pytest.raises(ClientError) as caught:
            call()
        assert 403 == caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def policy(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"], **more}


def test_a_guest_has_no_rights(guest: Client, bucket: str) -> None:
    """With keys of the account alone she reads, lists and writes nothing; she looks at machines, and changes none."""
    s3, ec2 = guest("s3"), guest("ec2")
    assert ec2.describe_regions()["Regions"]
    refused(
        lambda: s3.get_object(Bucket=bucket, Key="pki/ca"),
        lambda: s3.list_objects_v2(Bucket=bucket),
        lambda: s3.put_object(Bucket=bucket, Key="mine", Body=b"x"),
        lambda: s3.get_bucket_policy(Bucket=bucket),
        s3.list_buckets,
        lambda: ec2.delete_volume(VolumeId="vol-1"),
        lambda: ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1),
        guest("iam").list_users,
        guest("route53").list_hosted_zones,
    )


def test_a_policy_lets_her_in(guest: Client, bucket: str, access: AwsAccess) -> None:
    """Where a policy lets everybody in she reads and lists; neither settings nor other buckets are opened with it."""
    owner, s3 = access.client("s3"), guest("s3")
    owner.put_bucket_policy(
        Bucket=bucket, Policy=policy(allow(Action=["s3:GetObject", "s3:PutObject", "s3:ListBucket"]))
    )
    assert b"the CA's key" == s3.get_object(Bucket=bucket, Key="pki/ca")["Body"].read()
    assert ["pki/ca"] == [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="pki/")["Contents"]]
    owner.create_bucket(Bucket="closed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    owner.put_object(Bucket="closed", Key="secret", Body=b"theirs")
    refused(
        lambda: s3.delete_bucket_policy(Bucket=bucket),
        lambda: s3.get_object(Bucket="closed", Key="secret"),
        lambda: s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": "closed", "Key": "secret"}),
    )


def test_what_she_can_read(bucket: str, access: AwsAccess, endpoint: str, guest_keys: Keys) -> None:
    """Each object is tried: one that a policy opens is found, though she can list nothing."""
    hers = AwsAccess({"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-1", **guest_keys.environment()})
    looked = Bucket(bucket, lambda: access, lambda: hers)
    access.client("s3").put_object(Bucket=bucket, Key="config", Body=b"the cluster's")
    assert {"config": False, "pki/ca": False} == looked.looked_into()
    access.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=policy(allow(Action="s3:GetObject", Resource=f"{ARN}/pki/*"))
    )
    assert {"config": False, "pki/ca": True} == looked.looked_into()


@pytest.mark.parametrize(
    ("statements", "permitted"),
    [
        ([], False),
        ([allow()], True),
        ([allow(Principal={"AWS": GUEST}, Action=["s3:GetObject"])], True),
        ([allow(Principal={"AWS": ["arn:aws:iam::123456789012:user/other"]})], False),
        ([allow(Principal={"Service": "elasticloadbalancing.amazonaws.com"})], False),
        ([allow(Action="s3:ListBucket")], False),
        ([allow(Resource=f"{ARN}/public/*")], False),
        ([allow(Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([allow(), allow(Effect="Deny", Resource=f"{ARN}/pki/*")], False),
        ([allow(), allow(Effect="Deny", Principal={"AWS": "arn:aws:iam::123456789012:user/other"})], True),
    ],
)
def test_what_a_policy_permits(statements: list[dict[str, object]], permitted: bool) -> None:
    """By principal, action and resource; a denial wins, and under a condition nothing is permitted."""
    assert permitted == permits(policy(*statements) if statements else "", GUEST, Call("s3:GetObject", f"{ARN}/pki/ca"))

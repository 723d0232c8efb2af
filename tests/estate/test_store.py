"""The bucket of the kops state, on a real moto server."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.estate import AwsAccess, Kops
from provision.estate.names import Names
from provision.estate.resources import inventory
from provision.estate.store import ensure_store
from provision.estate.teardown import destroy
from provision.spec import PlatformSpec
from seatrial.errors import StandupError, UsageError
from seatrial.observers.aws import Aws


def test_a_foreign_bucket_is_refused_and_kept(access: AwsAccess, aws: Aws, spec: PlatformSpec, tmp_path: Path) -> None:
    """A bucket of the same name that has somebody else's files is neither used nor deleted."""
    s3 = access.client("s3")
    s3.create_bucket(Bucket="taken-store", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="taken-store", Key="theirs", Body=b"theirs")

    with pytest.raises(StandupError, match="taken-store"):
        ensure_store(access, Names(spec, "taken"))
    destroy(access, Names(spec, "taken"), Kops(tmp_path / "kops", access, spec, "taken", tmp_path), within=10)

    assert "taken-store" in {bucket.name for bucket in aws.buckets()}


def test_a_public_zone_of_the_same_name_is_kept(access: AwsAccess, spec: PlatformSpec) -> None:
    """A public zone is not the platform's, whatever its name."""
    access.client("route53").create_hosted_zone(Name="public.example.com", CallerReference="theirs")

    found = inventory(access, Names(spec, "public"))

    assert found["hosted zones"] == []


def test_kops_is_sent_to_the_simulated_cloud(access: AwsAccess) -> None:
    """The environment of kops names the moto server wherever kops would go to AWS or to a download site."""
    environment = access.environment()

    assert environment["S3_ENDPOINT"] == access.endpoint
    assert environment["AWS_ENDPOINT_URL"] == access.endpoint
    assert environment["KOPS_BASE_URL"].startswith(f"{access.endpoint}/")


def test_the_real_cloud_is_left_as_the_user_says() -> None:
    """Without an endpoint the environment is the user's own, with the region that he chose."""
    access = AwsAccess({"AWS_PROFILE": "team", "AWS_DEFAULT_REGION": "eu-west-1"})

    assert not access.simulated
    expected = {"AWS_PROFILE": "team", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1"}
    assert expected == access.environment()


def test_no_region_is_one_clear_message() -> None:
    """An environment without a region is refused with what to set."""
    with pytest.raises(UsageError, match="AWS_REGION"):
        AwsAccess({}).client("ec2")

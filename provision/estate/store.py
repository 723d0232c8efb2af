"""The bucket of the kops state: whoever may read it can export a kubeconfig, so it is closed to everybody else."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from provision.estate.access import AwsAccess
from provision.estate.names import Names, items_of, tags_of
from seatrial.errors import StandupError

_MISSING = {"404", "NoSuchBucket", "NotFound"}


def ensure_store(access: AwsAccess, names: Names) -> None:
    """Make the bucket, or find it made: versioned, encrypted, with no public access and no other account's.

    Raises:
        StandupError: If a bucket of that name is somebody else's.
    """
    s3 = access.client("s3")
    if not see_ours(access, names):
        location: Any = {} if access.region == "us-east-1" else {"LocationConstraint": access.region}
        details: Any = {"CreateBucketConfiguration": location} if location else {}
        try:
            s3.create_bucket(Bucket=names.store, **details)
        except (s3.exceptions.BucketAlreadyExists, s3.exceptions.BucketAlreadyOwnedByYou) as error:
            raise _foreign(names.store) from error
    s3.put_bucket_tagging(Bucket=names.store, Tagging={"TagSet": items_of(names.tags)})
    if policy_of(access, names.store):
        s3.delete_bucket_policy(Bucket=names.store)  # the rights of users are enough: see access.feature
    s3.put_public_access_block(
        Bucket=names.store,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_ownership_controls(
        Bucket=names.store, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_bucket_versioning(Bucket=names.store, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(
        Bucket=names.store,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )


def policy_of(access: AwsAccess, bucket: str) -> str:
    """Return the policy of a *bucket*, as JSON; nothing where it has none, as ours are to have."""
    try:
        return str(access.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] in {*_MISSING, "NoSuchBucketPolicy"}:
            return ""
        raise


def see_ours(access: AwsAccess, names: Names) -> bool:
    """Return whether the bucket is there; it may be there or not, and changes nothing.

    Raises:
        StandupError: If a bucket of that name is somebody else's.
    """
    if not _exists(access, names.store):
        return False
    if not owned(access, names) and access.client("s3").list_objects_v2(Bucket=names.store, MaxKeys=1)["KeyCount"]:
        raise _foreign(names.store)  # an empty one is our own, left by a run that was killed before it was tagged
    return True


def owned(access: AwsAccess, names: Names) -> bool:
    """Return whether the bucket is there and carries this platform's tags."""
    return names.owns(tags_of_bucket(access, names.store))


def tags_of_bucket(access: AwsAccess, bucket: str) -> dict[str, str]:
    """Return the tags of a *bucket*; none where it is not there, or not ours to ask."""
    try:
        return tags_of(access.client("s3").get_bucket_tagging(Bucket=bucket)["TagSet"])
    except ClientError as error:
        if error.response["Error"]["Code"] in {*_MISSING, "NoSuchTagSet", "AccessDenied"}:
            return {}
        raise


def delete_store(access: AwsAccess, bucket: str) -> None:
    """Delete *bucket* with every version of everything in it."""
    s3 = access.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        objects: list[Any] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]}
            for found in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def read_object(access: AwsAccess, bucket: str, key: str) -> bytes | None:
    """Return an object's content, or nothing if it, or its bucket, is not there or not ours to read."""
    try:
        return access.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in {*_MISSING, "NoSuchKey", "AccessDenied", "403"}:
            return None
        raise


def _exists(access: AwsAccess, bucket: str) -> bool:
    try:
        access.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return False
        if error.response["Error"]["Code"] in {"403", "AccessDenied", "Forbidden"}:
            raise _foreign(bucket) from error
        raise
    return True


def _foreign(bucket: str) -> StandupError:
    return StandupError(f"the bucket {bucket} is there already and is not this platform's: choose another team id")

"""Who the DNS updater is in the cloud: a user of its own, who may do no more than keep records and health checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from provision.estate.access import NO_SUCH_IDENTITY, AwsAccess
from provision.estate.account.policy import UPDATER, document
from provision.estate.keys import Keys
from provision.estate.names import Names, items_of

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

PATH = "/seatrial/"


def user_of(names: Names) -> str:
    """Return the name of the platform's updater as a user."""
    return f"dns-updater.{names.cluster}"


def ensure_updater(access: AwsAccess, names: Names, zone_id: str, known: Keys | None) -> Keys:
    """Make the updater's user with its policy; return its keys: those that are *known*, if it has them still.

    Raises:
        ClientError: If it is refused.
    """
    iam, user = access.client("iam"), user_of(names)
    try:
        iam.get_user(UserName=user)
    except iam.exceptions.NoSuchEntityException:
        iam.create_user(UserName=user, Path=PATH, Tags=items_of(names.tags))
    account = access.client("sts").get_caller_identity()["Account"]
    wanted = document(UPDATER, names, account=account, region=access.region, zone_id=zone_id)
    if _policy(iam, user) != wanted:
        iam.put_user_policy(UserName=user, PolicyName=UPDATER, PolicyDocument=json.dumps(wanted))
    there = [key["AccessKeyId"] for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]]
    if known is not None and known.id in there:
        return known
    for key in there:  # whose secrets nobody knows any more
        iam.delete_access_key(UserName=user, AccessKeyId=key)
    made = iam.create_access_key(UserName=user)["AccessKey"]
    return Keys(made["AccessKeyId"], made["SecretAccessKey"])


def _policy(iam: IAMClient, user: str) -> Any:
    try:
        found: Any = iam.get_user_policy(UserName=user, PolicyName=UPDATER)["PolicyDocument"]
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_SUCH_IDENTITY:
            return None
        raise
    return json.loads(found) if isinstance(found, str) else found

"""What the machines' roles may do beyond what kops has written for them: nobody agreed on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import ClientError

from provision.estate.access import NO_SUCH_IDENTITY, AwsAccess
from provision.estate.names import Names

_ROLES = ("masters", "nodes")


@dataclass(frozen=True)
class Policy:
    """A policy of a role.

    Attributes:
        name: Its name.
        kind: Whether it is written into the role, or stands for itself and is attached.
        arn: Where it stands; nothing of one that is written into the role.
    """

    name: str
    kind: Literal["written into it", "attached"]
    arn: str = ""


def foreign_policies(access: AwsAccess, names: Names) -> Iterator[tuple[str, Policy]]:
    """Return each role of the machines with each policy that is not kops's own, which bears the role's name."""
    for role in (f"{of}.{names.cluster}" for of in _ROLES):
        for policy in _policies(access, role):
            if policy.kind == "attached" or policy.name != role:
                yield role, policy


def take_away(access: AwsAccess, names: Names) -> int:
    """Take every policy that is not kops's own from the machines' roles; return how many there were."""
    iam, found = access.client("iam"), list(foreign_policies(access, names))
    for role, policy in found:
        if policy.arn:
            iam.detach_role_policy(RoleName=role, PolicyArn=policy.arn)
        else:
            iam.delete_role_policy(RoleName=role, PolicyName=policy.name)
    return len(found)


def _policies(access: AwsAccess, role: str) -> Iterator[Policy]:
    iam = access.client("iam")
    try:
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
            yield from (Policy(name, "written into it") for name in page["PolicyNames"])
        for attached in iam.get_paginator("list_attached_role_policies").paginate(RoleName=role):
            yield from (Policy(p["PolicyName"], "attached", p["PolicyArn"]) for p in attached["AttachedPolicies"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in NO_SUCH_IDENTITY:  # a role that is missing is kops's to tell
            raise

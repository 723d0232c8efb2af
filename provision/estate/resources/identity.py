"""Who the machines are: the roles that kops makes, and the instance profiles that hand them on."""

from __future__ import annotations

from botocore.exceptions import ClientError

from provision.estate.access import NO_SUCH_IDENTITY
from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope
from provision.estate.updater_access import user_of


def _identities(scope: Scope) -> list[str]:
    return [f"{role}.{scope.names.cluster}" for role in ("masters", "nodes", "bastions")]


def _profiles(scope: Scope) -> list[str]:
    return [name for name in _identities(scope) if _there(scope, "get_instance_profile", InstanceProfileName=name)]


def _delete_profile(scope: Scope, name: str) -> None:
    iam = scope.access.client("iam")
    for role in iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role["RoleName"])
    iam.delete_instance_profile(InstanceProfileName=name)


def _roles(scope: Scope) -> list[str]:
    return [name for name in _identities(scope) if _there(scope, "get_role", RoleName=name)]


def _delete_role(scope: Scope, name: str) -> None:
    iam = scope.access.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=attached["PolicyArn"])
    iam.delete_role(RoleName=name)


def _there(scope: Scope, call: str, **name: str) -> bool:
    try:
        getattr(scope.access.client("iam"), call)(**name)
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_SUCH_IDENTITY:
            return False
        raise
    return True


def _users(scope: Scope) -> list[str]:
    user = user_of(scope.names)
    return [user] if _there(scope, "get_user", UserName=user) else []


def _delete_user(scope: Scope, name: str) -> None:
    iam = scope.access.client("iam")
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    iam.delete_user(UserName=name)


KINDS = (
    Kind("users", _users, _delete_user),
    Kind("instance profiles", _profiles, _delete_profile),
    Kind("roles", _roles, _delete_role),
)

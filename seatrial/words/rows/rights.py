"""Who is allowed what, as the roles of a cluster and their bindings say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lightkube.resources.rbac_authorization_v1 import ClusterRole, ClusterRoleBinding, Role, RoleBinding

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster

_ACCOUNT = "ServiceAccount"
YES, SOME, NO = "yes", "some of them, by name", "no"


def administrators(cluster: Cluster) -> Rows:
    """Return everybody who is allowed everything everywhere, with the binding that says so."""
    mighty = {
        str(role.metadata.name)
        for role in cluster.all(ClusterRole)
        if role.metadata and any(_covers(rule, "*", "*", "*") for rule in role.rules or [])
    }
    return {
        _named(subject): {"by": str(binding.metadata.name)}
        for binding in cluster.all(ClusterRoleBinding)
        if binding.metadata and binding.roleRef.name in mighty
        for subject in binding.subjects or []
    }


def allowed(cluster: Cluster, who: str, verb: str, resource: str, namespace: str) -> Rows:
    """Return whether *who* may do *verb* to *resource* in *namespace*: `YES`, `NO`, or `SOME` of them by name.

    Args:
        cluster: The cluster.
        who: ``User jane``, ``Group admins`` or ``ServiceAccount shop/web``.
        verb: Such as ``get``.
        resource: Such as ``pods``, ``pods/exec`` or ``deployments.apps``.
        namespace: Where.
    """
    kind, _, group = resource.partition(".")
    found = [_answer(rule, verb, group, kind) for rule in _rules(cluster, _same(who), namespace)]
    may = YES if YES in found else SOME if SOME in found else NO
    return {f"{who}: {verb} {resource} in {namespace}": {"may": may}}


def _rules(cluster: Cluster, names: set[str], namespace: str) -> Iterator[Any]:
    """Give every rule that binds one of *names* in *namespace*."""
    whole = {str(role.metadata.name): role.rules or [] for role in cluster.all(ClusterRole) if role.metadata}
    local = {
        str(role.metadata.name): role.rules or [] for role in cluster.all(Role, namespace=namespace) if role.metadata
    }
    bindings: list[Any] = [*cluster.all(ClusterRoleBinding), *cluster.all(RoleBinding, namespace=namespace)]
    for binding in bindings:
        if any(_named(subject, binding.metadata.namespace) in names for subject in binding.subjects or []):
            roles = local if binding.roleRef.kind == "Role" else whole
            yield from roles.get(binding.roleRef.name, [])


def _same(who: str) -> set[str]:
    """Return *who*, and the groups that Kubernetes itself counts it to."""
    kind, _, name = who.partition(" ")
    if kind == _ACCOUNT:
        room = name.partition("/")[0]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{room}", "system:authenticated")
        user = f"User system:serviceaccount:{name.replace('/', ':')}"
        return {who, user, *(f"Group {group}" for group in groups)}
    return {who, "Group system:authenticated"} if kind == "User" else {who}


def _named(subject: Any, namespace: str | None = None) -> str:
    room = subject.namespace or namespace or ""
    return f"{_ACCOUNT} {room}/{subject.name}" if subject.kind == _ACCOUNT else f"{subject.kind} {subject.name}"


def _answer(rule: Any, verb: str, group: str, kind: str) -> str:
    if not _covers(rule, verb, group, kind):
        return NO
    return SOME if rule.resourceNames else YES


def _covers(rule: Any, verb: str, group: str, kind: str) -> bool:
    any_part = f"*/{kind.partition('/')[2]}" if "/" in kind else "*"
    return (
        bool({verb, "*"} & set(rule.verbs or []))
        and bool({group, "*"} & set(rule.apiGroups or []))
        and bool({kind, any_part, "*"} & set(rule.resources or []))
    )

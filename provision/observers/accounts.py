"""What accounts may do, asked of the API server itself: it answers as it would decide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from lightkube import Client
from lightkube.models.authorization_v1 import ResourceAttributes, SubjectAccessReviewSpec
from lightkube.resources.authorization_v1 import SubjectAccessReview
from lightkube.resources.core_v1 import Secret, ServiceAccount
from lightkube.resources.rbac_authorization_v1 import ClusterRoleBinding, RoleBinding

from seatrial.checks.observer import Fidelity, Observer, reading

Rows = dict[str, dict[str, object]]
Deed = tuple[str, str, str]
"""A verb, the API's group (empty for the core one), and a resource, with its subresource behind a slash."""

_AT_ONCE = 8  # questions
_EVERYWHERE = ""
_READ = ("get", "list", "watch")
_SYSTEM = "kube-system"


@dataclass(frozen=True)
class Account:
    """Whoever asks the API: a name as a report shows it, and the user and groups that the API server knows them by."""

    name: str
    user: str
    groups: tuple[str, ...]


class Accounts(Observer):
    """Asks what each account may do, by access reviews: nothing is done, and no role is read.

    Args:
        kube: Gives a client of the cluster's API.
    """

    def __init__(self, kube: Callable[[], Client]) -> None:
        super().__init__("accounts", Fidelity.REAL)
        self._kube = kube

    @reading
    def may(self, deeds: Collection[Deed]) -> Rows:
        """Return, of every program's account outside of Kubernetes' own namespace, which of *deeds* it may do.

        It is asked for all namespaces at once, and for each in which anything is bound to anybody. Beside them stands
        an administrator, who may do all.
        """
        places = [_EVERYWHERE, *self._bound_in()]
        asked = [*(a for space, a in self._programs() if space != _SYSTEM), _ADMINISTRATOR]
        questions = [(account, deed, place) for account in asked for deed in deeds for place in places]
        allowed: dict[str, set[str]] = {account.name: set() for account in asked}
        for (account, deed, place), answer in zip(questions, self._asked(questions), strict=True):
            if answer:
                allowed[account.name].add(_said(deed, place))
        return {name: {"may": deeds} for name, deeds in allowed.items()}

    @reading
    def readers_of_secrets(self) -> Rows:
        """Return whoever may read Secrets: ``reads`` names them, namespaces with all of theirs, or ``everything``.

        A namespace that has none today may have one tomorrow: each in which anything is bound to anybody is asked
        about. Asked are all programs' accounts, everybody whom a binding names, everybody who is known, and strangers.
        """
        secrets = sorted((str(s.metadata.namespace), str(s.metadata.name)) for s in self._list(Secret, namespace="*"))
        spaces = sorted({*(space for space, _ in secrets), *self._bound_in()})
        candidates = [*(account for _, account in self._programs()), *self._bound(), _KNOWN, _STRANGER]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda account: self._readable(account, secrets, spaces), candidates)
            return {a.name: {"reads": reads} for a, reads in zip(candidates, found, strict=True) if reads}

    def _readable(self, account: Account, secrets: list[tuple[str, str]], spaces: list[str]) -> set[str]:
        if any(self._allowed(account, (verb, "", "secrets"), _EVERYWHERE) for verb in _READ):
            return {"everything"}
        found = set()
        for space in spaces:
            if any(self._allowed(account, (verb, "", "secrets"), space) for verb in _READ):
                found.add(f"all of {space}")
        return found | {
            f"{space}/{name}"
            for space, name in secrets
            if f"all of {space}" not in found and self._allowed(account, ("get", "", "secrets"), space, name)
        }

    def _asked(self, questions: Iterable[tuple[Account, Deed, str]]) -> Iterator[bool]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(lambda question: self._allowed(*question), questions)

    def _allowed(self, account: Account, deed: Deed, namespace: str, name: str = "") -> bool:
        verb, group, path = deed
        resource, _, subresource = path.partition("/")
        about = ResourceAttributes(
            verb=verb, group=group, resource=resource, subresource=subresource, namespace=namespace, name=name
        )
        spec = SubjectAccessReviewSpec(user=account.user, groups=list(account.groups), resourceAttributes=about)
        status = self._kube().create(SubjectAccessReview(spec=spec)).status
        return bool(status and status.allowed)

    def _programs(self) -> list[tuple[str, Account]]:
        return [
            (str(a.metadata.namespace), _program(str(a.metadata.namespace), str(a.metadata.name)))
            for a in self._list(ServiceAccount, namespace="*")
        ]

    def _bound(self) -> list[Account]:
        bindings = [*self._list(ClusterRoleBinding), *self._list(RoleBinding, namespace="*")]
        named = {(s.kind, s.name) for binding in bindings for s in binding.subjects or [] if s.kind != "ServiceAccount"}
        return [
            Account(f"{kind} {name}", name if kind == "User" else "somebody", _groups(kind, name))
            for kind, name in sorted(named)
        ]

    def _bound_in(self) -> list[str]:
        return sorted({str(binding.metadata.namespace) for binding in self._list(RoleBinding, namespace="*")})

    def _list(self, kind: Any, **scope: str) -> list[Any]:
        client: Any = self._kube()
        return list(client.list(kind, **scope))


_ADMINISTRATOR = Account("an administrator", "administrator", ("system:masters", "system:authenticated"))
_KNOWN = Account("everybody who is known", "somebody", ("system:authenticated",))
_STRANGER = Account("a stranger", "system:anonymous", ("system:unauthenticated",))


def _program(namespace: str, name: str) -> Account:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")
    return Account(f"ServiceAccount {namespace}/{name}", f"system:serviceaccount:{namespace}:{name}", groups)


def _groups(kind: str, name: str) -> tuple[str, ...]:
    known = ("system:authenticated",)
    return known if kind == "User" else (name,) if name == "system:unauthenticated" else (name, *known)


def _said(deed: Deed, place: str) -> str:
    verb, _, resource = deed
    return f"{verb} {resource}" + (f" in {place}" if place else " everywhere")

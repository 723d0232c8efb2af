"""Every kind of resource that a platform can have: how this platform's own are found, and how one is deleted.

The order of `KINDS` is that of deletion: what is used by nothing comes first.
"""

from __future__ import annotations

from provision.estate.access import AwsAccess
from provision.estate.names import Names
from provision.estate.resources import compute, dns, events, identity, network
from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope
from provision.estate.store import delete_store, owned

__all__ = ["KINDS", "Kind", "inventory"]


def _stores(scope: Scope) -> list[str]:
    return [scope.names.store] if owned(scope.access, scope.names) else []


KINDS: tuple[Kind, ...] = (
    *compute.KINDS,
    *network.KINDS,
    *identity.KINDS,
    *events.KINDS,
    *dns.KINDS,
    Kind("buckets", _stores, lambda s, i: delete_store(s.access, i)),
)


def inventory(access: AwsAccess, names: Names) -> dict[str, list[str]]:
    """Return the ids of everything that the platform has in the cloud, by kind; a kind that it has none of is empty."""
    scope = Scope(access, names)
    return {kind.name: sorted(kind.find(scope)) for kind in KINDS}

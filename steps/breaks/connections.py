"""Breaks of who reaches whom: a policy that is gone, and one that lets everybody in."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds

_NETWORKS = "features/security/networks.feature"
_POLICY = "networking.k8s.io/v1 NetworkPolicy"
_STRANGER = f"{_NETWORKS}::A stranger among the pods"


def default_gone(site: Site, namespace: str) -> tuple[str, ...]:
    """Have a namespace let everybody in to pods that no policy speaks of."""
    site.delete(_POLICY, "default-deny", namespace)
    return (namespace,)


def default_gone_where_services_are(site: Site) -> tuple[str, ...]:
    """Have the backing services' namespace let everybody in."""
    return default_gone(site, "backing")


def default_gone_where_names_are_kept(site: Site) -> tuple[str, ...]:
    """Have the updater's namespace let everybody in."""
    return default_gone(site, "dns")


def database_open(site: Site) -> tuple[str, ...]:
    """Have the database's policy name nobody, which means everybody."""
    policy = site.read(_POLICY, "mongodb", "backing")
    ports = policy["spec"]["ingress"][0]["ports"]
    site.patch(_POLICY, "mongodb", "backing", {"spec": {"ingress": [{"ports": ports}]}})
    return ("backing/mongodb-0 mongodb",)


SABOTAGES = (
    Sabotage(
        "a namespace lets everybody in",
        default_gone_where_names_are_kept,
        f"{_NETWORKS}::Nobody is let through by default",
        rounds.RIGHTS,
        ("turns away no",),
    ),
    Sabotage(
        "pods that no policy speaks of", default_gone_where_services_are, _STRANGER, rounds.WAY_IN, ("told connected",)
    ),
    Sabotage("a database that everybody reaches", database_open, _STRANGER, rounds.WAY_IN, ("told connected",)),
)

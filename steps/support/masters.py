"""etcd: its members, who leads, and how many must agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import nodes


def members(etcd: Etcd) -> Rows:
    """Return every member by name: whether it is healthy and votes, whom it follows, and what is wrong with it."""
    return {
        s.member.name or s.member.id: {
            "healthy": s.healthy,
            "votes": not s.member.learner,
            "follows": s.leader or "nobody",
            "trouble": s.error,
        }
        for s in etcd.status()
    }


def healthy(etcd: Etcd) -> int:
    """Count the members that are healthy."""
    return sum(bool(row["healthy"]) for row in members(etcd).values())


def majority(members: Rows) -> int:
    """Say how many of *members* must agree: more than half of those that vote."""
    return sum(bool(row["votes"]) for row in members.values()) // 2 + 1


def leader(etcd: Etcd) -> str:
    """Return the id of the member that leads, as most members have it; ``somebody`` where none is followed."""
    followed = [str(row["follows"]) for row in members(etcd).values() if row["follows"] != "nobody"]
    return max(followed, key=followed.count, default="somebody")


def zone_of_leader(cluster: Cluster, etcd: Etcd, elsewhere: Mapping[str, str]) -> str:
    """Return the zone of the master whose member of etcd leads.

    Args:
        cluster: The cluster.
        etcd: Its etcd.
        elsewhere: As of `by_master`.

    Raises:
        LookupError: If no member leads, or the one that does is on no master.
    """
    leads = etcd.leader()
    for row in nodes.members(cluster, "master").values():
        host = elsewhere.get(str(row["zone"]), row["address"])
        if leads and urlsplit(leads.endpoint).hostname == host:
            return str(row["zone"])
    raise LookupError(f"the member of etcd that leads, {leads and leads.name}, is on no master")


def by_master(cluster: Cluster, etcd: Etcd, elsewhere: Mapping[str, str]) -> Rows:
    """Return every master with the members of etcd on it, and every member that is on none.

    Args:
        cluster: The cluster.
        etcd: Its etcd.
        elsewhere: Where the member of the master of a zone listens, if not at its master's address.
    """
    listen: dict[str, str] = {m.name or m.id: str(urlsplit(m.endpoint).hostname or "") for m in etcd.members()}
    rows: dict[str, Any] = {}
    for master, row in nodes.members(cluster, "master").items():
        host = elsewhere.get(str(row["zone"]), row["address"])
        rows[master] = {"members_of_etcd": sum(at == host for at in listen.values())}
        listen = {member: at for member, at in listen.items() if at != host}
    return rows | {member: {"on": f"{at}, which is no master"} for member, at in listen.items()}

"""etcd: its members, who leads, and how many must agree."""

from __future__ import annotations

from seatrial.checks.expectations import Rows
from seatrial.observers.etcd import Etcd


def members(etcd: Etcd) -> Rows:
    """Return every member by name: whether it is healthy, whom it follows, and what is wrong with it."""
    return {
        s.member.name or s.member.id: {"healthy": s.healthy, "leader": s.leader or "nobody", "trouble": s.error}
        for s in etcd.status()
    }


def healthy(etcd: Etcd) -> int:
    """Count the members that are healthy."""
    return sum(bool(row["healthy"]) for row in members(etcd).values())


def majority(members: int) -> int:
    """Say how many of *members* must agree."""
    return members // 2 + 1


def leaders(etcd: Etcd) -> Rows:
    """Return every leader that some healthy member follows, with the number of its followers, itself among them."""
    followed = [str(row["leader"]) for row in members(etcd).values() if row["healthy"]]
    return {leader: {"followers": followed.count(leader)} for leader in followed}

"""Breaks of the masters and of etcd."""

from __future__ import annotations

from seatrial.faults import Freeze
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds

_LOSING = "features/quorum/losing_masters.feature"


def member_silent(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("etcd-2"))
    return ("etcd-2",)


SABOTAGES = (
    Sabotage(
        "a master has no vote",
        member_silent,
        f"{_LOSING}::Every master has a vote",
        rounds.MEMBERS,
        ("healthy yes", "healthy no"),
    ),
    Sabotage(
        "a member follows nobody",
        member_silent,
        f"{_LOSING}::One of them leads",
        rounds.MEMBERS,
        ("agrees yes", "agrees no"),
    ),
)

"""Breaks of what tells teams apart."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.networks import make_group

_TEAMS = "features/isolation/teams.feature"


def group_nameless(site: Site) -> tuple[str, ...]:
    make_group(site, "nameless")
    return ("nameless",)


def mark_lost(site: Site) -> tuple[str, ...]:
    site.patch("v1 ConfigMap", "seatrial-ownership", "kube-system", {"data": {"team": "strangers"}})
    return ("strangers",)


SABOTAGES = (
    Sabotage(
        "a security group is nobody's",
        group_nameless,
        f"{_TEAMS}::Whatever was made in the account",
        rounds.PLATFORM,
        ("team nobody",),
    ),
    Sabotage(
        "the ownership mark is another team's",
        mark_lost,
        f"{_TEAMS}::The platform itself says whose it is",
        rounds.FOREIGN,
        ("refused to try", "carries the mark of"),
        verdict="error",
    ),
)

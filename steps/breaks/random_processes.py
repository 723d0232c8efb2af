"""Breaks at random of what runs: one process of the platform stands still."""

from __future__ import annotations

from random import Random

from seatrial.faults import Freeze
from seatrial.sabotage import Chance, Pick, Site

_VOTES = "features/quorum/losing_masters.feature::Every master has a vote"
_MEMBERS = ("etcd-1", "etcd-2", "etcd-3")


def member_frozen(site: Site, dice: Random) -> Pick:
    """Pick a member of etcd."""
    name = dice.choice(_MEMBERS)
    return Pick(name, f"the process {name} stands still", (name,), lambda: site.inject(Freeze(name)))


CHANCES = (Chance("a process", member_frozen, _VOTES, alone=True),)

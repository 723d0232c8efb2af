"""The order in which machines were upgraded, each by its role and its zone, as in ``master eu-west-1a``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

MASTER, NODE = "master", "node"


def first(role: str, order: Sequence[str]) -> bool:
    """Return whether those of a role came before all others; none of either is no order."""
    ours = [one.startswith(f"{role} ") for one in order]
    return any(ours) and not all(ours) and ours == sorted(ours, reverse=True)


def in_turn(order: Sequence[str]) -> bool:
    """Return whether the nodes of each zone came one after the other, with none of another zone between them.

    Example:
        >>> in_turn(["master a", "node b", "node b", "node a"]), in_turn(["node b", "node a", "node b"]), in_turn([])
        (True, False, False)
    """
    zones = [one.partition(" ")[2] for one in order if one.startswith(f"{NODE} ")]
    runs = [zone for zone, _ in groupby(zones)]
    return bool(zones) and len(runs) == len(set(runs))

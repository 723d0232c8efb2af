"""Breaks of what the members of the database have of one another, where they run for real."""

from __future__ import annotations

from lightkube.resources.core_v1 import Pod

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.storage import data_on_no_volume
from steps.support.site import STATEFULSET, begun, once, pods

_DATA = "features/storage/data.feature"
_FOR_GOOD, _LEADING = f"{_DATA}::After a node was lost for good", f"{_DATA}::After the leading member was removed"


def member_left_out(site: Site) -> tuple[str, ...]:
    site.patch(STATEFULSET, "mongodb", "backing", {"spec": {"replicas": 2}})
    until("one has left", lambda: len(pods(site, "mongodb", "backing")) == 2)  # noqa: PLR2004 - of three
    return ()


def all_lost_with_a_node(site: Site) -> tuple[str, ...]:
    """Lose all members with the node of one of them; they keep their data on no volume."""

    def lose() -> None:
        for pod in pods(site, "mongodb", "backing"):  # whoever owns them makes others
            site.kube.delete(Pod, pod.metadata.name, namespace="backing", grace_period=0)

    data_on_no_volume(site)
    once(site, lambda: begun(site, _FOR_GOOD), lose)
    return ()


def others_lost_with_the_leader(site: Site) -> tuple[str, ...]:
    """Take all members but one away as soon as the leading one is lost: nobody can be chosen."""
    one = {"spec": {"replicas": 1}}
    once(site, lambda: begun(site, _LEADING), lambda: site.patch(STATEFULSET, "mongodb", "backing", one))
    return ()


_LOST = ("no document that is not as it was stored", "is lost: not found, though it was acknowledged")

SABOTAGES = (
    Sabotage(
        "a member of the database too few",
        member_left_out,
        f"{_DATA}::All members work, and agree on one that leads",
        rounds.COLLECTORS,
        ("healthy members 3", "healthy members 2"),
    ),
    Sabotage(
        "members that all restart with nothing",
        data_on_no_volume,
        f"{_DATA}::After all members were removed at once",
        rounds.DATA,
        _LOST,
    ),
    Sabotage(
        "members that are all lost with a node",
        all_lost_with_a_node,
        _FOR_GOOD,
        rounds.POWER,
        _LOST,
    ),
    Sabotage(
        "too few members to choose a leader",
        others_lost_with_the_leader,
        _LEADING,
        rounds.STREAMS,
        ("another than",),
    ),
)

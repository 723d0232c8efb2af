"""Breaks of the masters and of etcd."""

from __future__ import annotations

from seatrial.faults import Freeze
from seatrial.sabotage import Break, Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import INSTANCE, masters

_LOSING, _GROWING = "features/quorum/losing_masters.feature", "features/quorum/growing.feature"
_GROWN = f"{_GROWING}::From three members to five"


def member_silent(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("etcd-2"))
    return ("etcd-2",)


def silent(number: int) -> Break:
    """Have one member of etcd answer nobody any more, so that there is none to lose."""

    def break_(site: Site) -> tuple[str, ...]:
        site.inject(Freeze(f"etcd-{number}"))
        until("it is missed", lambda: any(f"etcd-{number}" in one for one in site.actuators.unwhole()))
        return ()

    return break_


def last_one_silent(site: Site) -> tuple[str, ...]:
    """Have the member of that master answer nobody that would be restarted last."""
    machines = [str(m.metadata.labels[INSTANCE]) for m in masters(site)]
    silent(machines.index(max(machines)) + 1)(site)
    return (f"etcd-{machines.index(max(machines)) + 1}",)


_THIRD = silent(3)

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
    Sabotage(
        "one master too few to lose one",
        _THIRD,
        f"{_LOSING}::One master is lost",
        rounds.QUORUM,
        ("a change  accepted", "refused"),
    ),
    Sabotage(
        "one master too few to return",
        _THIRD,
        f"{_LOSING}::Two masters are lost",
        rounds.QUORUM,
        ("returns, the platform accepts changes",),  # it is refused, or the API server itself hangs on its etcd
    ),
    Sabotage(
        "one master too few to restart the others",
        last_one_silent,
        f"{_GROWING}::All masters are restarted in turn",
        rounds.RESTARTS,
        ("healthy yes", "healthy no"),
    ),
    Sabotage(
        "a member answers no master",
        member_silent,
        "features/security/etcd.feature::A master comes",
        rounds.MEMBERS,
        ("answer an answer",),
    ),
)

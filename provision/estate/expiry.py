"""Platforms in an account whose time is over, whoever has left them, found by their tags.

Anybody may have written those, so nothing is believed of one thing alone. A platform is over if all that it has says
so; what says something else, is of another project, or has a time or a name that is none is left alone, and named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from provision.estate.access import AwsAccess
from provision.estate.belongings import Row, belongings
from provision.estate.names import CLUSTER_TAG, EXPIRES_TAG, RUN_TAG, TEAM_TAG, Names
from provision.estate.resources import inventory
from provision.estate.tagged import Tagged, tagged
from provision.spec import PlatformSpec
from seatrial.contained import TEAM
from seatrial.provisioning.overdue import Leftover, Overdue

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_BEAR_TAGS = (
    "auto scaling groups",
    "buckets",
    "DHCP options",
    "hosted zones",
    "instances",
    "internet gateways",
    "launch templates",
    "networks",
    "route tables",
    "security groups",
    "subnets",
    "volumes",
)
"""Kinds of which each thing that we make says when it is over; what else a platform has goes with these."""
_NO_MORE = ("instance", "security-group-rule")  # one that has ended is told of for an hour; a rule goes with its group


def overdue(access: AwsAccess, spec: PlatformSpec, now: dt.datetime, *, where: str) -> Overdue:
    """Return the platforms of this project that are over, and what was left alone.

    Args:
        access: The cloud.
        spec: The project's parameters: which domain and region are its own.
        now: The time.
        where: How it is said where this is.
    """
    teams: dict[str, list[Tagged]] = {}
    alone: list[str] = []
    for thing in tagged(access, spec):
        if reason := _stranger(thing.tags, spec):
            alone.append(f"{thing}: {reason}")
        else:
            teams.setdefault(thing.tags[TEAM_TAG], []).append(thing)
    leftovers, current = [], []
    for team, things in sorted(teams.items()):
        times = [_time(thing.tags.get(EXPIRES_TAG, "")) for thing in things]
        known = [time for time in times if time is not None]
        if len(known) < len(times):
            bad = [thing for thing, time in zip(things, times, strict=True) if time is None]
            alone += [f"{thing}: {_none(thing.tags)}, so that {team} is left alone" for thing in bad]
        elif max(known) > now:
            current.append(team)
        else:
            found, reasons = _looked_at(access, Names(spec, team), things, max(known), now)
            leftovers += [found] if found else []
            alone += reasons
    return Overdue(where, leftovers, alone, current)


def run_of(access: AwsAccess, spec: PlatformSpec, team: str) -> str:
    """Return which standup made what is there of *team*; nothing where that is not said."""
    runs = {thing.tags.get(RUN_TAG, "") for thing in tagged(access, spec) if thing.tags.get(TEAM_TAG) == team}
    return min(runs, default="")


def _stranger(tags: Mapping[str, str], spec: PlatformSpec) -> str:
    """Return why a thing is no platform's of this project; nothing if it is one's."""
    team, cluster = tags.get(TEAM_TAG, ""), tags.get(CLUSTER_TAG, "")
    if not TEAM.fullmatch(team):
        return f"{TEAM_TAG} is {team[:80]!r}, and no team is called so"
    if cluster != spec.zone_name(team):
        return f"{CLUSTER_TAG} is {cluster[:80]!r}, expected {spec.zone_name(team)} for the team {team}"
    return ""


def _time(text: str) -> dt.datetime | None:
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        return dt.datetime.strptime(text, _FORM).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _none(tags: Mapping[str, str]) -> str:
    return f"{EXPIRES_TAG} is {tags.get(EXPIRES_TAG, '')[:80]!r}, expected a time such as 2026-01-31T12:00:00Z"


def _looked_at(
    access: AwsAccess, names: Names, things: Iterable[Tagged], since: dt.datetime, now: dt.datetime
) -> tuple[Leftover | None, list[str]]:
    """Look at all that a team has: it is over if each thing that can say so does; name what is not its cluster's."""
    rows = belongings(access, names)
    against = list(_not_over(rows, names, now))
    if against:
        return None, against
    ids = inventory(access, names)
    known = {one for found in ids.values() for one in found}
    if not known:
        return None, []  # all of it has just gone
    beside = [thing for thing in things if thing.id not in known and thing.kind not in _NO_MORE]
    reasons = [f"{thing}: it bears the tags of {names.team}, and is of no kind that is removed" for thing in beside]
    there = [f"{kind} {one}" for kind, found in ids.items() for one in found]
    return Leftover(names.team, there, since.strftime(_FORM)), reasons


def _not_over(rows: Mapping[str, Row], names: Names, now: dt.datetime) -> Iterator[str]:
    for thing, row in rows.items():
        written: object = row.get("Tags")
        if not thing.startswith(_BEAR_TAGS) or not isinstance(written, set):
            continue
        tags = dict(one.partition("=")[::2] for one in written)
        time = _time(tags.get(EXPIRES_TAG, ""))
        if tags.get(TEAM_TAG) != names.team or tags.get(CLUSTER_TAG) != names.cluster or time is None or time > now:
            yield f"{thing} would go with {names.team}, and its tags do not say so: {names.team} is left alone"

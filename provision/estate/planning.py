"""What a standup would do in the cloud beside kops: to volumes, bucket, openings, roles and users."""

from __future__ import annotations

from collections.abc import Iterator

from provision.estate.estate import Estate
from provision.estate.openings import ingress_sources
from provision.estate.updater_access import user_of
from provision.spec import PlatformSpec
from seatrial.errors import StandupError
from seatrial.provisioning.comparing import Difference
from seatrial.provisioning.planned import Change

_TAKEN_AWAY = ("opening ", "policy")


def changes(estate: Estate, spec: PlatformSpec, *, updater: bool) -> list[Change]:
    """Return what a standup would make, change and remove beside kops, and what it would leave.

    Args:
        estate: The platform's side of the cloud.
        spec: Its parameters.
        updater: Whether the DNS updater is a user of its own.
    """
    differences = estate.differences()
    if not spec.dns.public:  # kops makes a private zone, and says so
        differences = [one for one in differences if one.thing != f"hosted zone {estate.names.cluster}"]
    found = [*map(_of, differences), *_openings(estate, spec)]
    if updater and not estate.inventory()["users"]:
        found.append(Change("made", f"user {user_of(estate.names)}", "the DNS updater's own"))
    return found


def _of(difference: Difference) -> Change:
    thing, field = difference.thing, difference.field
    if not field and difference.found is None:
        return Change("made", thing)
    if field.startswith(_TAKEN_AWAY):
        return Change("removed", thing, f"{field}, on which nobody agreed")
    if thing.startswith("bucket "):
        return Change("changed", thing, f"{field} becomes {difference.wanted}")
    detail = str(difference).removeprefix(thing).lstrip(": ")
    return Change("left", thing, detail)


def _openings(estate: Estate, spec: PlatformSpec) -> Iterator[Change]:
    try:
        closed = estate.closed_ports()
    except StandupError:  # there is nothing yet that could be open
        closed = sorted({port for port, _ in ingress_sources(spec)})
    for port in closed:
        yield Change("made", f"opening of the nodes' security group for port {port}")

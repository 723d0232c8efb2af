"""Platforms that are over, in the account of ``aws`` or in the one that a rehearsal plays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from provision.estate import expiry
from seatrial.errors import UsageError
from seatrial.provisioning.overdue import Leftover, Overdue

if TYPE_CHECKING:
    from provision.targets.aws.parts import AwsParts
    from provision.targets.aws.rehearsal import RehearsalParts


def found_overdue(parts: AwsParts | RehearsalParts) -> Overdue:
    """Return what is over in the account of *parts*.

    Raises:
        UsageError: If the credentials are no good, or of an account that may not be built in.
    """
    who = parts.preflight.identity()
    where = f"the account {who.account} in {parts.spec.region}, looked at as {who.arn}"
    return expiry.overdue(parts.access, parts.spec, datetime.now(UTC), where=where)


def see_overdue(parts: AwsParts | RehearsalParts, leftover: Leftover) -> None:
    """See that a platform that was found to be over still is.

    Raises:
        UsageError: If it is not: it was renewed, or something was added to it.
    """
    if leftover.team not in {one.team for one in found_overdue(parts).leftovers}:
        raise UsageError(f"{leftover.team} is not over any more, so it is left alone; look again")

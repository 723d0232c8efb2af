"""What a look at an account finds, for ``seatrial doctor``: everything, and not only what stands in the way first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from provision.estate.account.preflight import Preflight
from provision.estate.account.trouble import RIGHTS
from seatrial.errors import SeatrialError, UsageError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what is wrong with it; nothing where it is as it must be."""

    what: str
    found: str
    wrong: str = ""


def findings(preflight: Preflight) -> list[Finding]:
    """Look at everything that a platform needs of an account; nothing more where the credentials are no good."""
    try:
        who = preflight.identity()
    except UsageError as error:
        return [Finding("AWS account", "", str(error))]
    looks: dict[str, Callable[[], str]] = {
        "AWS rights": lambda: _rights(preflight),
        "region": preflight.zones,
        "bucket": preflight.bucket,
        "hosted zone": preflight.hosted_zone,
    }
    first = Finding("AWS account", f"{who.account}, as {who.arn}")
    return [first, *(_looked(what, look) for what, look in looks.items()), *_quotas(preflight)]


def _rights(preflight: Preflight) -> str:
    if actions := preflight.denied():
        raise UsageError(f"denied: {', '.join(actions)}; {RIGHTS}")
    return "none is missing, as far as looks and dry runs tell"


def _quotas(preflight: Preflight) -> Iterator[Finding]:
    try:
        rooms = preflight.rooms()
    except (ClientError, BotoCoreError) as error:
        yield Finding("quotas", f"not known: {error}")
        return
    for room in rooms:
        yield Finding("quota", str(room), f"{room}; ask AWS for a higher quota" if room.exceeded else "")


def _looked(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except (SeatrialError, ClientError, BotoCoreError) as error:
        return Finding(what, "", str(error))

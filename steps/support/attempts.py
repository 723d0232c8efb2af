"""What comes of an attempt that the platform may refuse."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from lightkube import ApiError

from seatrial.observers.cluster import Cluster

DONE = "done"
"""What an attempt gives that was not refused."""


def attempt(cluster: Cluster, act: Callable[[], object]) -> str:
    """Ask the API of *cluster* for something that it may refuse; give its reason, or `DONE`."""
    cluster.touch(asked="an attempt")
    try:
        act()
    except ApiError as error:
        return error.status.message or f"refused with {error.status.code}"
    return DONE


def outcome(act: Callable[[], object]) -> str:
    """Do something that may fail in any way; say ``accepted``, ``refused`` or ``not reached``.

    Without a majority, servers refuse, take too long, or hang up. Who hears of no server at all has been refused
    nothing.
    """
    try:
        act()
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
        return f"not reached: {error or type(error).__name__}"
    except Exception:  # noqa: BLE001 - see above
        return "refused"
    return "accepted"

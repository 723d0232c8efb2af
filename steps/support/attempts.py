"""What comes of an attempt that the platform may refuse."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from lightkube import ApiError

from seatrial.observers.cluster import Cluster

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_REFUSED = range(400, 500)  # decided before anything is stored, or because it was not

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
    except _NEVER_SENT as error:
        return f"not reached: {error or type(error).__name__}"
    except Exception:  # noqa: BLE001 - see above
        return "refused"
    return "accepted"


def surely_refused(error: Exception) -> bool:
    """Return whether a change of the API that failed with *error* was surely not made, and will not be.

    A server's own error says nothing: behind it the change may have been agreed on, or be still. Neither does a
    connection that was lost, or an answer that did not come.
    """
    return isinstance(error, _NEVER_SENT) or (isinstance(error, ApiError) and error.status.code in _REFUSED)

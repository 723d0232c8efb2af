"""What comes of an attempt that the platform may refuse."""

from __future__ import annotations

from collections.abc import Callable

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
    """Do something that may fail in any way; say ``accepted`` or ``refused``."""
    try:
        act()
    except Exception:  # noqa: BLE001 - without a majority, servers refuse, time out or cannot be reached
        return "refused"
    return "accepted"

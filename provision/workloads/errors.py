"""What can go wrong with the workloads, in words for a user."""

from __future__ import annotations

from seatrial.errors import SeatrialError


class WorkloadsError(SeatrialError):
    """The manifests or their values cannot be used as they are; the message says why and what to do next."""

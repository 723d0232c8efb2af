"""What can go wrong while packages of Debian are had."""

from __future__ import annotations

from seatrial.errors import SeatrialError


class DebianError(SeatrialError):
    """A package is not pinned, cannot be had, or is not what is pinned; the message says which, and what to do next."""


class GoneError(DebianError):
    """A version that is pinned can be had no more."""

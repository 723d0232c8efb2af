"""What can go wrong while a tool is had."""

from __future__ import annotations

from seatrial.errors import SeatrialError


class ToolchainError(SeatrialError):
    """A tool cannot be had; the message says why and what to do next."""


class ChecksumError(ToolchainError):
    """A file is not what was published: it was refused and removed. Never answered by building instead."""


class Unavailable(Exception):  # noqa: N818 - not an error to a user: the next source is tried
    """This source does not have the tool now; the message is the reason, in a few words."""

"""The errors that users see: each says what is wrong, where, and what to do next."""

from __future__ import annotations


class SeatrialError(Exception):
    """Something that ends a command with one clear message and no traceback.

    Example:
        >>> class EngineError(SeatrialError):
        ...     pass
        >>> raise EngineError("no container engine answers; start one")
        Traceback (most recent call last):
        seatrial.EngineError: no container engine answers; start one
    """


class UsageError(SeatrialError):
    """What the user asked for cannot be done as asked.

    Example:
        >>> raise UsageError("--target moon: no such target; expected one of local, kind")
        Traceback (most recent call last):
        seatrial.errors.UsageError: --target moon: no such target; expected one of local, kind
    """


class StateError(SeatrialError):
    """What is on disk cannot be used, or is not to be trusted; the message says which path, why, and what to do."""


class StandupError(SeatrialError):
    """The platform did not come up; it names the step, the gate and what was last seen.

    Example:
        >>> raise StandupError("step 2, every node is ready: last seen i-1 in zone a is no ready node")
        Traceback (most recent call last):
        seatrial.errors.StandupError: step 2, every node is ready: last seen i-1 in zone a is no ready node
    """


class NotOursError(SeatrialError):
    """A disruptive word met a platform that does not carry this harness's ownership mark."""


class OutOfReachError(SeatrialError):
    """The platform cannot be looked at at all, so that nothing is known of it; it says why."""


class UndoError(SeatrialError):
    """A fault could not be undone; it names the fault and what is left of it."""


class StaleError(SeatrialError):
    """What an observer has kept could not be confirmed to be fresh, so that nothing may rest on it."""

"""Who may be at work on a platform beside whom: those who judge it, and whoever breaks it behind their backs.

A saboteur holds a lock alone as long as anything is broken; whoever judges shares it. So no verdict is given on a
platform that somebody else is breaking. The judges that a saboteur has itself started are told so
(``--seatrial-sabotaged``): they take no lock, what stands in the saboteur's journal is none of theirs to undo (it is a
log of its own, which scenarios never read), and what they have changed is undone when the platform is as whole as they
found it. A saboteur that was killed holds nothing any more, as the kernel has it, and its judges end with it: whoever
comes next puts right what its journal has left.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from seatrial.faults.journal import SABOTAGE, Journal
from seatrial.provisioning.contract import Actuators, Platform
from seatrial.provisioning.naming import named
from seatrial.provisioning.progress import Progress

_LOCK = f"{SABOTAGE}.lock"


class Role(enum.Enum):
    """What a trial is there for."""

    JUDGE = enum.auto()
    WITNESS = enum.auto()
    """A judge of what a saboteur has broken, started by it."""
    SABOTEUR = enum.auto()


def enter(role: Role, root: Path, platform: Platform[Any, Any], stack: ExitStack, progress: Progress) -> None:
    """Take one's place on the platform until *stack* is left, and put right what a killed saboteur has left.

    Raises:
        StateError: If somebody is at work beside whom there is no place; the message names its pid.
        UndoError: If what was left cannot be put right.
    """
    state = platform.state
    if role is Role.SABOTEUR:
        stack.enter_context(state.lock(_LOCK))
        _put_right(root, platform, progress)
    elif role is Role.JUDGE:
        if _broken(platform):
            with state.lock(_LOCK):
                _put_right(root, platform, progress)
        stack.enter_context(state.lock(_LOCK, shared=True))


def undo_breaks(platform: Platform[Any, Any]) -> list[str]:
    """Undo what is journalled as broken, and see the platform whole; name what was broken.

    What scenarios have done to the broken platform and not undone is undone first: they came last, and what they
    remember to put back is what was broken.

    Raises:
        UndoError: If the platform does not become whole again; it names what is missing.
    """
    acting = platform.actuators()
    Journal(platform.state, replace(acting, unwhole=list), platform.owned).undo()
    return Journal(platform.state, acting, platform.owned, log=SABOTAGE).undo()


def as_found(actuators: Actuators[Any], found: Collection[str]) -> Actuators[Any]:
    """Return what a witness acts with: for it, whole is what is as whole as it *found* the platform to be."""
    return replace(actuators, unwhole=lambda: [one for one in actuators.unwhole() if one not in found])


def found_unwhole(actuators: Actuators[Any]) -> frozenset[str]:
    """Return what is not whole now; where a part does not answer, whatever broke it, that is said at a scenario's end.

    A witness comes to a platform that is broken on purpose: that it cannot all be looked at is no reason not to judge.
    """
    try:
        return frozenset(actuators.unwhole())
    except Exception:  # noqa: BLE001 - a part that is broken may fail the look in any way
        return frozenset()


def _put_right(root: Path, platform: Platform[Any, Any], progress: Progress) -> None:
    if _broken(platform):
        named(root, "sabotages")  # has the project's own kinds of breaks known, which the journal names
        for fault in undo_breaks(platform):
            progress.line(f"undone, left by a sabotage that was killed: {fault}")


def _broken(platform: Platform[Any, Any]) -> bool:
    return not Journal(platform.state, platform.actuators(), platform.owned, log=SABOTAGE).clear

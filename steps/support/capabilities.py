"""What a platform has of all that a specification speaks of: images that can be had, actuators that do something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seatrial.checks.observer import RECORDER, Absent, Fidelity, NotProvableError
from seatrial.provisioning.contract import Platform


def lacks(platform: Platform, name: str) -> bool:
    """Return whether the image of the component *name* cannot be had, so that it was left out of the platform."""
    return name in platform.facts.get("cannot_be_had", "").split()


def need(platform: Platform, *names: str) -> None:
    """Go on only if the components *names* run here; note those that another program stands in for as simulated.

    Raises:
        NotProvableError: If the image of one of them cannot be had.
    """
    for name in names:
        if name in platform.facts.get("stand_ins", "").split():
            RECORDER.note(f"image {name}", Fidelity.SIMULATED, watched=True)
    if lacking := [name for name in names if lacks(platform, name)]:
        raise NotProvableError("; ".join(f"image {name} cannot be had" for name in lacking))


def hand(platform: Platform, name: str) -> Callable[..., Any]:
    """Return the platform's hand *name*.

    Raises:
        NotProvableError: If there is none on its target.
    """
    found = platform.actuators().extra.get(name)
    if found is None or isinstance(found, Absent):
        reason = found.reason if found else f"nothing can {name.replace('_', ' ')} on {platform.target}"
        raise NotProvableError(reason)
    return found  # type: ignore[no-any-return]

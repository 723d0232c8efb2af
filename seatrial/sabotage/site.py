"""What breaks are made with: the platform's own API, cloud and processes, through a journal of the saboteur's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from seatrial.errors import SeatrialError
from seatrial.faults.base import Fault
from seatrial.faults.journal import SABOTAGE, Journal
from seatrial.provisioning.contract import Actuators, Platform
from seatrial.scenarios.presence import undo_breaks

if TYPE_CHECKING:
    from seatrial.faults.kube import Patch

LIMIT = 120.0
"""Seconds within which a break shows, or is gone: more than ten times what was measured, real containers included."""
_AGAIN, _POLL = 0.1, 0.05  # seconds


class BreakError(SeatrialError):
    """Something could not be broken as declared, so that nothing is known of whoever should have noticed."""


class Site:
    """The platform, as a saboteur sees it.

    What is broken is journalled before it happens, apart from what scenarios do. Whoever is killed meanwhile leaves a
    journal, and the next run on the platform works it off.

    Args:
        platform: The platform.
    """

    def __init__(self, platform: Platform[Any, Any]) -> None:
        self.platform = platform
        self._ended = threading.Event()
        self._at_work: list[threading.Thread] = []

    @cached_property
    def actuators(self) -> Actuators[Any]:
        """What the platform gives to whoever changes it."""
        return self.platform.actuators()

    @cached_property
    def journal(self) -> Journal:
        """Where breaks are written before they are made."""
        return Journal(self.platform.state, self.actuators, self.platform.owned, log=SABOTAGE)

    @property
    def kube(self) -> Any:
        """A client of the cluster's API."""
        return self.actuators.kube()

    @property
    def facts(self) -> Any:
        """Its names."""
        return self.platform.facts

    def aws(self, service: str) -> Any:
        """Make a boto3 client of the named service."""
        return self.actuators.aws(service)

    def inject(self, fault: Fault) -> None:
        """Break something; it is undone after the round.

        Raises:
            NotOursError: If the platform does not carry this harness's ownership mark.
        """
        self.journal.inject(fault)

    def patch(self, of: str, name: str, namespace: str, patch: dict[str, Any]) -> None:
        """Change an object, named as in ``apps/v1 Deployment``."""
        self.inject(_patch(of, name, namespace, patch))

    def delete(self, of: str, name: str, namespace: str) -> None:
        """Delete an object, named as in ``apps/v1 Deployment``."""
        from seatrial.faults.kube import Delete  # noqa: PLC0415 - a client of a cluster, of no use to `lint`

        api_version, _, kind = of.partition(" ")
        self.inject(Delete(api_version, kind, name, namespace))

    def create(self, manifest: dict[str, Any]) -> None:
        """Create an object."""
        from seatrial.faults.kube import Create  # noqa: PLC0415 - as above

        self.inject(Create(manifest))

    def read(self, of: str, name: str, namespace: str = "") -> dict[str, Any]:
        """Return an object as it stands, named as in ``apps/v1 Deployment``."""
        memory = _patch(of, name, namespace, {}).before(self.actuators)
        found: dict[str, Any] = memory["object"]
        return found

    def beside(self, act: Callable[[], object]) -> None:
        """Have a saboteur act at short intervals, beside the scenarios, until the round has been judged.

        Nothing of it is journalled: what it does has to be undone with what the scenario does, or end by itself.
        """

        def acting() -> None:
            while not self._ended.wait(_AGAIN):
                with suppress(Exception):  # what it does not get done is not noticed, and that is told
                    act()

        thread = threading.Thread(target=acting, daemon=True)
        self._at_work.append(thread)
        thread.start()

    def undo(self) -> list[str]:
        """End what acts beside scenarios, undo every break, the last first, and see it undone; name what was.

        Raises:
            UndoError: If the platform does not become whole again; it names what is missing.
        """
        self._ended.set()
        for thread in self._at_work:
            thread.join()
        self._at_work.clear()
        self._ended = threading.Event()
        return undo_breaks(self.platform)


def until(what: str, met: Callable[[], object]) -> None:
    """Wait until something is so; a look that cannot be made is one at which it is not.

    Raises:
        BreakError: If it is not so in time.
    """
    limit, trouble = time.monotonic() + LIMIT, ""
    while True:
        try:
            if met():
                return
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown if it stays
            trouble = f": {type(error).__name__}: {error}"
        if time.monotonic() > limit:
            raise BreakError(f"{what}: not within {LIMIT:.0f} s{trouble}")
        time.sleep(_POLL)


def _patch(of: str, name: str, namespace: str, patch: dict[str, Any]) -> Patch:
    from seatrial.faults.kube import Patch  # noqa: PLC0415 - as above

    api_version, _, kind = of.partition(" ")
    return Patch(api_version, kind, name, namespace, patch)

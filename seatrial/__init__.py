"""Seatrial: a declarative test-and-verification harness for Kubernetes platforms.

What stands in ``__all__`` is the public face: words and provisioning import it from here, and each name comes with an
example in its docstring. ``seatrial.checks``, ``seatrial.observers``, ``seatrial.faults`` and ``seatrial.provisioning``
hold what a project with instruments or targets of its own needs beyond it; all else is the harness's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.lazily import from_homes

if TYPE_CHECKING:
    from seatrial.checks.convergence import UnmetError, always, eventually
    from seatrial.checks.expectations import (
        Matcher,
        at_least,
        covering,
        equal_to,
        every,
        holds,
        none,
        not_equal,
        one_of,
        rows,
        some,
    )
    from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Observer, reading, reading_of_settings
    from seatrial.errors import SeatrialError, StandupError, UsageError
    from seatrial.faults.base import Fault
    from seatrial.faults.journal import Journal
    from seatrial.faults.kube import Create, Delete, Patch
    from seatrial.provisioning.contract import Actuators
    from seatrial.scenarios.agreement import states
    from seatrial.scenarios.claims import declaration
    from seatrial.scenarios.fixtures import instrument

__version__ = "0.1.0"

__all__ = [
    "Absent",
    "Actuators",
    "Create",
    "Delete",
    "Fault",
    "Fidelity",
    "Journal",
    "Matcher",
    "NotProvableError",
    "Observer",
    "Patch",
    "SeatrialError",
    "StandupError",
    "UnmetError",
    "UsageError",
    "always",
    "at_least",
    "covering",
    "declaration",
    "equal_to",
    "eventually",
    "every",
    "holds",
    "instrument",
    "none",
    "not_equal",
    "one_of",
    "reading",
    "reading_of_settings",
    "rows",
    "some",
    "states",
]

_HOMES = {
    "seatrial.checks.convergence": ("UnmetError", "always", "eventually"),
    "seatrial.checks.expectations": (
        "Matcher", "at_least", "covering", "equal_to", "every", "holds", "none", "not_equal", "one_of", "rows", "some",
    ),
    "seatrial.checks.observer": (
        "Absent", "Fidelity", "NotProvableError", "Observer", "reading", "reading_of_settings",
    ),
    "seatrial.errors": ("SeatrialError", "StandupError", "UsageError"),
    "seatrial.faults.base": ("Fault",),
    "seatrial.faults.journal": ("Journal",),
    "seatrial.faults.kube": ("Create", "Delete", "Patch"),
    "seatrial.provisioning.contract": ("Actuators",),
    "seatrial.scenarios.agreement": ("states",),
    "seatrial.scenarios.claims": ("declaration",),
    "seatrial.scenarios.fixtures": ("instrument",),
}  # fmt: skip

__getattr__ = from_homes(__name__, _HOMES)

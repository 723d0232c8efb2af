"""What is broken behind the scenarios' backs, by the nouns of `steps`: whichever module is here is declared.

A module has ``SABOTAGES``, its breaks; ``UNCHALLENGED``, why scenarios about its noun have none; and ``CHANCES``, what
may be broken at random.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from seatrial.sabotage import Sabotages
from steps.breaks import rounds

_MODULES = [import_module(f"steps.breaks.{file.stem}") for file in sorted(Path(__file__).parent.glob("[!_]*.py"))]

SABOTAGES = Sabotages(
    tuple(sabotage for module in _MODULES for sabotage in getattr(module, "SABOTAGES", ())),
    {scenario: why for module in _MODULES for scenario, why in getattr(module, "UNCHALLENGED", {}).items()},
    tuple(chance for module in _MODULES for chance in getattr(module, "CHANCES", ())),
    rounds.AT_RANDOM,
)

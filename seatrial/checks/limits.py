"""Every time limit of the harness, in one place; a project's own limits are a subclass of `Time`, beside its words.

Limits are seconds on an idle machine of two cores, about ten times what was measured on the embedded target.
`--patience 2` doubles them all, for a slower machine; windows of observation are never scaled down below their value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Time:
    """Named limits (seconds). Read them as attributes of `TIME`, which scales them by its patience.

    A subclass adds limits as fields; all are scaled by the patience that the run was given.

    Example:
        >>> @dataclass
        ... class Theirs(Time):
        ...     ripe: float = 20.0
        >>> Theirs().ripe
        20.0
    """

    patience: float = field(default=1.0)

    settle: float = 30.0  # whatever a controller does to one object
    undo: float = 120.0  # a fault is undone and seen to be undone

    fresh: float = 5.0  # what a verdict rests on is no older: the API server confirms a cache in some milliseconds

    # how long something must stay true, or must not happen
    window: float = 1.0  # the "only if" half of a rule

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if name in _PLAIN or name not in type(self).__dataclass_fields__:
            return value
        return value * (max(self.patience, 1.0) if name in _BOUNDS else self.patience)


_PLAIN = {"patience", "window"}
_BOUNDS = {"fresh"}  # what a server needs to answer does not become less with anybody's patience

TIME = Time()
"""The limits in force; the plugin sets their patience."""

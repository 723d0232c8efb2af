"""What a run has sent to a cluster that is only looked at: the sum of all of its processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from seatrial.provisioning.adopting import LOOKS


class Requests:
    """Counts requests by verb, over several processes."""

    def __init__(self) -> None:
        self._by_verb: Counter[str] = Counter()
        self._silent = 0

    def add(self, sent: Mapping[str, int] | None, *, ended: bool = True) -> None:
        """Add what a process has *sent*; one that has not *ended* as it should has not said."""
        self._by_verb.update(sent or {})
        self._silent += not ended

    @property
    def writes(self) -> int:
        """How many were no looks."""
        return sum(count for verb, count in self._by_verb.items() if verb not in LOOKS)

    def __str__(self) -> str:
        total, others = self._by_verb.total(), sorted(set(self._by_verb) - set(LOOKS))
        parts = [f"{self._by_verb[verb]} {verb}" for verb in (*LOOKS, *others)]
        unknown = f", and what {self._silent} process{'es' * (self._silent > 1)} sent that did not end well"
        return f"{total} requests ({', '.join(parts)}), {self.writes} writes{unknown if self._silent else ''}"

"""What a project declares: each break, the scenario that has to notice it, and what it has to say.

A project names its declaration in ``pyproject.toml``::

    [tool.seatrial]
    sabotages = "steps.breaks:SABOTAGES"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from seatrial.errors import UsageError
from seatrial.faults.base import Fault
from seatrial.provisioning.naming import named
from seatrial.sabotage.chance import Chance, at_random
from seatrial.sabotage.site import Site

_TOGETHER = 8
"""Breaks at random that are made at once: few enough that a failure which lists what differs names each of them."""

Break = Callable[[Site], Sequence[str]]
"""Breaks something by faults of the site, and gives the names that a failure's message has to hold."""


@dataclass(frozen=True)
class Round:
    """Breaks that are independent of one another: they are made at once, and their scenarios judged in one run.

    A scenario that changes something itself needs the rest of the platform whole, so that it can see its own change
    undone: such scenarios are of one round with none but breaks that leave the platform whole.

    Attributes:
        name: What they have in common.
        first: What is done before: what would mend them is held.
        patience: Scales the limits of the scenarios: all is broken before they begin.
        targets: Where it can be made; on all of them unless told.
        at_once: How many scenarios are judged at a time; where what some do mends what others have to notice, one.
    """

    name: str
    first: tuple[Fault, ...] = ()
    patience: float = 0.01
    targets: tuple[str, ...] = ()
    at_once: int = 1


@dataclass(frozen=True)
class Sabotage:
    """One thing broken, and the scenario that has to notice.

    Attributes:
        name: What is broken.
        break_: Breaks it; gives the names that the scenario's message has to hold.
        scenario: The id of the scenario: the path of its feature, ``::``, its name.
        round: The breaks that it is made with.
        words: What the message has to say besides.
        by_words: Whether the words alone name it, not the break.
        verdict: What the scenario ends in: ``failed``, or ``error`` where it must not even be tried.
        by_anybody: Whether any scenario may notice, of those that only look; it is the one that should.
    """

    name: str
    break_: Break
    scenario: str
    round: Round
    words: tuple[str, ...] = ()
    by_words: bool = False
    verdict: str = "failed"
    by_anybody: bool = False


@dataclass(frozen=True)
class Sabotages:
    """All breaks of a project.

    Attributes:
        breaks: The breaks.
        unchallenged: Why a scenario has none, by its id; an outline is named as it is written, with its placeholders.
        chances: What may be broken at random.
        at_random: How; its targets are those where anything is. Its name is given a number.
    """

    breaks: tuple[Sabotage, ...]
    unchallenged: Mapping[str, str] = field(default_factory=dict)
    chances: tuple[Chance, ...] = ()
    at_random: Round = field(default=Round("at random"))

    def __post_init__(self) -> None:
        twice = [name for name, count in Counter(s.name for s in self.breaks).items() if count > 1]
        if twice:
            raise UsageError(f"two sabotages are named {twice[0]!r}; each needs a name of its own")

    def on(self, target: str) -> tuple[Sabotage, ...]:
        """Return those that can be made on *target*."""
        return tuple(s for s in self.breaks if not s.round.targets or target in s.round.targets)

    def random(self, count: int, seed: int) -> tuple[Sabotage, ...]:
        """Return *count* breaks at random; the same for the same seed, as far as the platform is the same."""
        made: list[Sabotage] = []
        for number, together in enumerate(at_random(self.chances, count, seed, _TOGETHER), start=1):
            round_ = replace(self.at_random, name=f"{self.at_random.name} {number}")
            for one in together:
                name = f"{one.chance.name} {len(made) + 1}"
                made.append(Sabotage(name, one, one.chance.scenario, round_, by_anybody=True))
        return tuple(made)

    def problems(self, outlines: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return what is wrong, each with the id of the scenario as the feature has it.

        Args:
            outlines: Every scenario's id, with the id of its outline, or its own where it is of none. A break of one
                row challenges the whole outline.
        """
        challenged = {outlines[s.scenario] for s in self.breaks if s.scenario in outlines}
        known = set(outlines.values())
        return [
            *(
                (s.scenario, f"sabotage {s.name!r}: no scenario is called {s.scenario!r}")
                for s in self.breaks
                if s.scenario not in outlines
            ),
            *(
                (one, f"no scenario is called {one!r}, of which it is said why it has no break")
                for one in self.unchallenged
                if one not in known
            ),
            *(
                (one, "nobody has seen it fail: declare a break for it, or say beside the breaks why there is none")
                for one in dict.fromkeys(outlines.values())
                if one not in challenged and not self.unchallenged.get(one, "").strip()
            ),
            *(
                (one, "has a break, and it is said why it has none: leave one of them out")
                for one in self.unchallenged
                if one in challenged
            ),
        ]


def load(root: Path) -> Sabotages | None:
    """Return what the project at *root* declares; nothing where it names no declaration.

    Raises:
        UsageError: If what it names cannot be imported, or is no `Sabotages`.
    """
    found = named(root, "sabotages")
    if found is not None and not isinstance(found, Sabotages):
        raise UsageError(f"{root / 'pyproject.toml'}: sabotages: expected a Sabotages, got {type(found).__name__}")
    return found

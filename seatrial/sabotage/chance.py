"""Breaks that nobody has thought of: what is broken is left to chance, from a seed that is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from seatrial.sabotage.site import BreakError, Site

_TRIES = 20  # of one break: what the platform refuses is none


@dataclass(frozen=True)
class Pick:
    """One thing that can be broken.

    Attributes:
        thing: What is broken; no two breaks of one round are of the same.
        what: How, as it stands in reports.
        names: What a scenario has to say that notices it.
        make: Breaks it, by faults of the site.
    """

    thing: str
    what: str
    names: tuple[str, ...]
    make: Callable[[], None]


@dataclass(frozen=True)
class Chance:
    """A kind of break.

    Attributes:
        name: The kind.
        pick: Picks one thing of the platform that stands; nothing where there is none.
        scenario: The id of a scenario that should notice; whichever does is taken.
        alone: Whether it is made in a round of its own: what else is broken would be noticed for its sake.
    """

    name: str
    pick: Callable[[Site, Random], Pick | None]
    scenario: str
    alone: bool = False


class AtRandom:
    """One break at random; it is picked when it is made.

    Args:
        chance: Its kind.
        dice: What it is left to.
        taken: The things that its round has broken already.
    """

    def __init__(self, chance: Chance, dice: Random, taken: set[str]) -> None:
        self.chance = chance
        self.what = "nothing yet"
        self._dice, self._taken = dice, taken

    def __call__(self, site: Site) -> Sequence[str]:
        """Break one thing, and return what a scenario has to say that notices it.

        Raises:
            BreakError: If nothing was found that the platform lets be broken.
        """
        refusal = ""
        for _ in range(_TRIES):
            pick = self.chance.pick(site, self._dice)
            if pick is None or pick.thing in self._taken:
                continue
            try:
                pick.make()
            except Exception as error:  # noqa: BLE001 - a refusal, in whatever words: it is no break
                refusal = f"; the last was refused: {type(error).__name__}: {error}"
                continue
            self._taken.add(pick.thing)
            self.what = pick.what
            return pick.names
        raise BreakError(f"none was found in {_TRIES} tries{refusal}")


def at_random(chances: Sequence[Chance], count: int, seed: int, most: int) -> list[list[AtRandom]]:
    """Return *count* breaks of kinds that a seed decides on, in rounds of at most *most*."""
    dice = Random(seed)  # noqa: S311 - it is to be the same again
    kinds = [dice.choice(chances) for _ in range(count)]
    rounds: list[list[AtRandom]] = []
    together = [kind for kind in kinds if not kind.alone]
    for start in range(0, len(together), most):
        taken: set[str] = set()
        rounds.append([AtRandom(kind, dice, taken) for kind in together[start : start + most]])
    return [*rounds, *([AtRandom(kind, dice, set())] for kind in kinds if kind.alone)]

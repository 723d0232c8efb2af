"""``--shard i/n``: a part of a run, dealt so that machines that know nothing of one another deal alike.

Scenarios are dealt round, in the order of their ids, as cards are: parts differ by one scenario at most, and what
stands together in a feature, which tends to take equally long, goes to different parts. Those that have the platform to
themselves are dealt first, as they take longest. Nothing else counts: no report of an earlier run, which one machine
may have and another not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.scenarios.collection import ScenarioItem

_SHARD = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})")
_SENT = "seatrial_plan"
_BY_WHAT_FAILED = ("lf", "stepwise")


@dataclass(frozen=True)
class Shard:
    """One of so many parts, counted from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"shard {self.number}/{self.of}"


@dataclass(frozen=True)
class Plan:
    """What all parts together are of.

    Attributes:
        scenarios: How many scenarios are planned in whole.
        sha256: The digest of their ids: see `digest`.
    """

    scenarios: int
    sha256: str


def read(text: str) -> Shard:
    """Return the part that *text* names, as in ``2/4``.

    Raises:
        UsageError: If it names none.
    """
    found = _SHARD.fullmatch(text)
    shard = Shard(int(found[1]), int(found[2])) if found else None
    if shard is None or shard.number > shard.of:
        raise UsageError(f"--shard {one_line(text)[:40]}: expected a part and how many there are, as in 2/4 or 4/4")
    return shard


def digest(nodeids: Iterable[str]) -> str:
    """Return the SHA-256 of ids of scenarios, whatever their order."""
    return hashlib.sha256("\n".join(sorted(nodeids)).encode("utf-8", "surrogatepass")).hexdigest()


def dealt(shard: Shard, scenarios: Sequence[ScenarioItem]) -> list[ScenarioItem]:
    """Return those of *scenarios* that are in *shard*.

    Raises:
        UsageError: If there are more parts than scenarios: whoever got none would have nothing to report.
    """
    if shard.of > len(scenarios):
        count = f"{len(scenarios)} scenario{'s' * (len(scenarios) > 1)}"
        raise UsageError(f"--shard {shard.number}/{shard.of}: {count} planned; expected no more parts than that")
    return sorted(scenarios, key=lambda one: (not one.exclusive, one.nodeid))[shard.number - 1 :: shard.of]


class Sharding:
    """A plugin of its own for one session: leaves in what is collected the scenarios of one part.

    Args:
        shard: The part; None for a whole run.
    """

    def __init__(self, shard: Shard | None) -> None:
        self._shard = shard
        self._plan: Plan | None = None

    def plain(self) -> dict[str, Any] | None:
        """Return it as it stands in ``verdict.json``; nothing for a whole run. The plan is known once one has one."""
        if self._shard is None:
            return None
        return {**asdict(self._shard), "plan": asdict(self._plan) if self._plan else None}

    def pytest_configure(self, config: pytest.Config) -> None:
        """See that all parts can come to the same selection.

        Raises:
            pytest.UsageError: If it would rest on what one machine remembers.
        """
        if self._shard and any(config.getoption(option, default=None) for option in _BY_WHAT_FAILED):
            raise pytest.UsageError(
                "--lf, --sw: what failed last is known to one machine only, and all parts have to agree; leave it out"
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Deal what is selected by then, and leave it in its order; what is no scenario is in every part."""
        scenarios = [item for item in items if isinstance(item, ScenarioItem)]
        if self._shard is None or not scenarios:
            return
        try:
            mine = set(dealt(self._shard, scenarios))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        self._plan = Plan(len(scenarios), digest(one.nodeid for one in scenarios))
        config.hook.pytest_deselected(items=[one for one in scenarios if one not in mine])
        items[:] = [item for item in items if item in mine or not isinstance(item, ScenarioItem)]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the plan to whoever gives scenarios out, and has collected nothing."""
        sent = getattr(session.config, "workeroutput", None)
        if sent is not None and self._plan is not None:
            sent[_SENT] = asdict(self._plan)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the plan of a worker."""
        if sent := getattr(node, "workeroutput", {}).get(_SENT):
            self._plan = Plan(**sent)

"""The fixtures that words work with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from seatrial.checks.history import History, StartHistory, keep, reach
from seatrial.checks.history.clients import Write
from seatrial.checks.observer import Absent, NotProvableError, Observer
from seatrial.checks.traffic import StartTraffic, Traffic
from seatrial.checks.traffic import keep as keep_traffic
from seatrial.faults.journal import Journal
from seatrial.provisioning.contract import Platform
from seatrial.scenarios import paths
from seatrial.scenarios.collection import ScenarioItem
from seatrial.scenarios.evidence import folder_name
from seatrial.scenarios.session import INSTRUMENTS, TRIAL, unknown_observer


@pytest.fixture(scope="session")
def platform(pytestconfig: pytest.Config) -> Platform[Any, Any]:
    """The platform under trial."""
    return pytestconfig.stash[TRIAL].platform


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> Iterator[Journal]:
    """Disruptions: the scenario runs alone, and each is undone when it ends."""
    yield from _journal(request)


@pytest.fixture
def changes(request: pytest.FixtureRequest) -> Iterator[Journal]:
    """Changes that disturb nobody: objects of the scenario's own; each is undone when it ends."""
    yield from _journal(request)


@pytest.fixture
def traffic(request: pytest.FixtureRequest) -> Iterator[StartTraffic]:
    """Starts traffic that goes on until the scenario ends; its course is kept with the scenario's evidence."""
    item: ScenarioItem = request.node
    number = itertools.count(1)
    with ExitStack() as stack:

        def start(request: Callable[[], object], *, rate: float, at_once: int = 1, what: str = "") -> Traffic:
            flowing = Traffic(request, rate=rate, at_once=at_once)
            if what:
                kept = _evidence(item) / f"traffic-{next(number)}.json"
                stack.callback(lambda: keep_traffic(flowing, kept, what))
                stack.callback(lambda: item.user_properties.append((what, str(flowing.flow))))
            return stack.enter_context(flowing)

        yield start


@pytest.fixture
def histories(request: pytest.FixtureRequest) -> Iterator[StartHistory]:
    """Starts histories that go on until the scenario ends; each is kept with the scenario's evidence."""
    item: ScenarioItem = request.node
    number = itertools.count(1)
    with ExitStack() as stack:

        def start(
            write: Write, *, surely_refused: Callable[[Exception], bool], what: str, rate: float = 5.0
        ) -> History:
            history = History(write, surely_refused=surely_refused, rate=rate)
            kept = _evidence(item) / f"writes-{next(number)}.json"
            stack.callback(lambda: keep(history, kept, what))
            stack.callback(lambda: item.user_properties.append((what, str(reach(history.operations)))))
            item.run.at_work.append(history.end)
            return stack.enter_context(history)

        yield start


def instrument(name: str) -> Callable[..., Any]:
    """Make the fixture for the observer *name* of the platform.

    Example:
        >>> cluster = instrument("cluster")     # in conftest.py
    """
    INSTRUMENTS.add(name)

    @pytest.fixture(name=name)
    def observer(platform: Platform[Any, Any]) -> Observer:
        found = platform.instruments().get(name)
        if found is None:
            raise unknown_observer(name, platform.instruments(), platform.target)
        if isinstance(found, Absent):
            raise NotProvableError(found.reason)
        return found

    return observer


def _evidence(item: ScenarioItem) -> Path:
    """Return the folder for a scenario's evidence."""
    return paths.folder(item.config) / "evidence" / folder_name(item.nodeid.partition("::")[0], item.planned.line)


def _journal(request: pytest.FixtureRequest) -> Iterator[Journal]:
    journal = request.config.stash[TRIAL].journal(request.node.nodeid)
    yield journal
    for end in request.node.run.at_work:  # what still writes would go on beside its own undoing, whichever comes first
        end()
    journal.undo()

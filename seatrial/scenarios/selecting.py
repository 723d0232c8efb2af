"""Scenarios by what they are called: ``--scenario``, and ``-k`` where it has a whole name, which is no expression."""

from __future__ import annotations

import difflib
from collections.abc import Generator, Iterable, Sequence

import pytest

from seatrial.escaping import one_line
from seatrial.scenarios.collection import ScenarioItem
from seatrial.scenarios.gate import ID

_NEAR, _THREE = 0.5, 3


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Select before pytest does, which takes several words for an expression that is none."""
    scenarios = [item for item in items if isinstance(item, ScenarioItem)]
    keyword, wanted = config.option.keyword, config.getoption("seatrial_scenario") or []
    whole = " " in keyword.strip() and any(_fold(one.name) == _fold(keyword) for one in scenarios)
    if whole:
        wanted = [*wanted, keyword]
        config.option.keyword = ""
    if wanted and (scenarios or not items):
        kept = {item for text in wanted for item in _called(text, scenarios)}
        if dropped := [item for item in items if item not in kept]:
            config.hook.pytest_deselected(items=dropped)
            items[:] = [item for item in items if item in kept]
    try:
        return (yield)
    finally:
        config.option.keyword = keyword


def _called(text: str, scenarios: Sequence[ScenarioItem]) -> list[ScenarioItem]:
    """Return the scenarios that *text* names: in whole, or else those whose names have it in them.

    Raises:
        pytest.UsageError: If there are none; it names the nearest.
    """
    folded = _fold(text)
    whole = [one for one in scenarios if folded in (_fold(one.name), _fold(one.nodeid)) or _has_id(one, text)]
    if found := whole or [one for one in scenarios if folded and folded in _fold(one.name)]:
        return found
    near = ", ".join(one_line(name) for name in _near(folded, (one.name for one in scenarios)))
    raise pytest.UsageError(
        f"--scenario {one_line(text)}: no scenario is called so{f'; near it is: {near}' if near else ''}"
    )


def _has_id(item: ScenarioItem, text: str) -> bool:
    tag = text.strip().removeprefix("@")
    return tag.startswith(ID) and tag in item.planned.tags


def _near(folded: str, names: Iterable[str]) -> list[str]:
    by_fold = {_fold(name): name for name in names}
    return [by_fold[one] for one in difflib.get_close_matches(folded, by_fold, _THREE, _NEAR)]


def _fold(text: str) -> str:
    """Return *text* as it is compared: whatever its case and its spaces."""
    return " ".join(text.split()).casefold()

"""Tags of the specification: ``-m`` and ``-k`` select by them, and pytest and its plugins never take one for a mark.

A tag may be whatever people write: ``@issue:123``, ``@severity=high``, ``@timeout``. What the language of ``-m`` has no
name for stands in its expression as it stands in the feature, with the ``@`` if need be.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable

import pytest
from _pytest.mark.expression import Expression

from seatrial.scenarios.collection import ScenarioItem

_NAME = re.compile(r"(?:\w|:|\+|-|\.|\[|\]|\\|/)+")
"""What ``-m`` takes for a name."""
_AROUND = r"[\w:+\-.\[\]\\/=@]"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Select by ``-m`` before anything else does: pytest itself knows marks only."""
    expression = config.option.markexpr
    if not expression or not any(isinstance(item, ScenarioItem) for item in items):
        return (yield)
    _select(expression, config, items)
    config.option.markexpr = ""
    try:
        return (yield)
    finally:
        config.option.markexpr = expression


def _select(expression: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    tags = {tag for item in items if isinstance(item, ScenarioItem) for tag in item.planned.tags}
    written, names = rewrite(expression, tags)
    try:
        wanted = Expression.compile(written)
    except SyntaxError as error:
        raise pytest.UsageError(f"Wrong expression passed to '-m': {expression}: {error}") from error
    kept = [item for item in items if wanted.evaluate(_Matcher(item, names))]
    if dropped := [item for item in items if item not in kept]:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def rewrite(expression: str, tags: Iterable[str]) -> tuple[str, dict[str, str]]:
    """Return *expression* with a name for each of *tags* that is none for pytest, and the tag of each such name."""
    names: dict[str, str] = {}
    for tag in sorted(tags, key=len, reverse=True):
        at = "@" if _NAME.fullmatch(tag) else "@?"  # a name of pytest's stays, but for the @ that some write before it
        found = re.compile(rf"(?<!{_AROUND}){at}{re.escape(tag)}(?!{_AROUND})")
        name = f"seatrial_tag_{len(names)}"
        expression, count = found.subn(name, expression)
        if count:
            names[name] = tag
    return expression, names


class _Matcher:
    """Says of one item whether it has what an expression names."""

    def __init__(self, item: pytest.Item, names: dict[str, str]) -> None:
        self._tags = item.planned.tags if isinstance(item, ScenarioItem) else set()
        self._marks = list(item.iter_markers())
        self._names = names

    def __call__(self, name: str, /, **values: str | int | bool | None) -> bool:
        tag = self._names.get(name, name)
        if tag in self._tags and not values:
            return True
        marks = (mark for mark in self._marks if mark.name == name)
        return any(all(key in mark.kwargs and mark.kwargs[key] == v for key, v in values.items()) for mark in marks)

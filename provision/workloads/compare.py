"""Comparing an object with what Git states of it, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# The fields that tell the items of a list apart, in the order in which they are tried.
ITEM_KEYS = ("name", "mountPath")


@dataclass(frozen=True)
class Difference:
    """A field that is not as Git states it; ``None`` stands for a field that is not there."""

    path: str
    wanted: Any
    found: Any


def differences(stated: Any, wanted: Any, found: Any, path: str = "") -> Iterator[Difference]:
    """Compare only the fields that Git states.

    Args:
        stated: What Git states.
        wanted: The same as the API server would store it, with quantities and the like in its own spelling.
        found: What the API server has.
        path: Where in the object the three stand.

    Yields:
        Every field that differs; items of a list that Git does not state are found too, since a list whose items
        Git names is Git's as a whole.
    """
    if found is None:
        if wanted is not None:
            yield Difference(path, wanted, None)
    elif isinstance(stated, dict) and isinstance(wanted, dict) and isinstance(found, dict):
        for name, value in stated.items():
            yield from differences(value, wanted.get(name), found.get(name), f"{path}.{name}" if path else name)
    elif (item_key := _item_key(stated, wanted, found)) is not None:
        yield from _items(item_key, stated, wanted, found, path)
    elif wanted != found:
        yield Difference(path, wanted, found)


def _items(item_key: str, stated: Any, wanted: Any, found: Any, path: str) -> Iterator[Difference]:
    wanted_items = {item[item_key]: item for item in wanted}
    found_items = {item[item_key]: item for item in found}
    stated_names = [item[item_key] for item in stated]
    for item in stated:
        name = item[item_key]
        yield from differences(item, wanted_items.get(name), found_items.get(name), f"{path}[{name}]")
    for name, item in found_items.items():
        if name not in stated_names:
            yield Difference(f"{path}[{name}]", None, item)


def _item_key(*lists: Any) -> str | None:
    for candidate in ITEM_KEYS:
        if all(_told_apart(items, candidate) for items in lists):
            return candidate
    return None


def _told_apart(items: Any, item_key: str) -> bool:
    if not isinstance(items, list) or not all(isinstance(item, dict) and item_key in item for item in items):
        return False
    return len({item[item_key] for item in items}) == len(items)

"""The order in which several processes take the tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files that stand up whole platforms first: come last, one process would end minutes after the other."""
    if hasattr(config, "workerinput"):  # of a process that shares them with others
        longest = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in longest)

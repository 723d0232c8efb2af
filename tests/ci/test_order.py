"""Several processes that share the tests begin with those that take longest."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.conftest import pytest_collection_modifyitems

_ROOT = Path(__file__).parents[2]


def _items(*ids: str) -> list[Any]:
    """Give items, each as ``file::name``; those with "slow" in their names are marked so."""

    def item(one: str) -> SimpleNamespace:
        file, _, name = one.partition("::")
        return SimpleNamespace(nodeid=one, path=Path(file), get_closest_marker=lambda mark: mark in name or None)

    return [item(one) for one in ids]


@pytest.mark.parametrize(
    ("config", "expected"),
    [({"workerinput": {}}, ["b::one", "b::slow", "d::slow", "a::one", "c::one"]), ({}, None)],
    ids=["shared", "one process"],
)
def test_what_takes_longest_comes_first(config: dict[str, Any], expected: list[str] | None) -> None:
    """Whole files of it, and all else stays in its order; a process that has all tests takes them as they are."""
    items = _items("a::one", "b::one", "b::slow", "c::one", "d::slow")
    as_they_are = [item.nodeid for item in items]
    pytest_collection_modifyitems(cast("pytest.Config", SimpleNamespace(**config)), items)
    assert (expected or as_they_are) == [item.nodeid for item in items]


def test_nobody_orders_them_anew() -> None:
    """What `make unit` and tox start leaves the files in their order: xdist would go by the number of their tests."""
    for name in ("Makefile", "tox.ini"):
        lines = [line for line in (_ROOT / name).read_text("utf-8").splitlines() if "--dist loadfile" in line]
        assert lines, name
        assert [] == [line for line in lines if "--no-loadscope-reorder" not in line]

"""Batches: as few calls as Route53's limits allow."""

from __future__ import annotations

import time
from typing import Literal

from dns_updater.batches import batches
from dns_updater.model import RecordSet
from dns_updater.pace import Pace
from dns_updater.plan import Change


def group(
    name: str, *, action: Literal["UPSERT", "DELETE"] = "UPSERT", size: int = 3, value: str = "172.20.32.5"
) -> list[Change]:
    return [Change(action, RecordSet(name, "A", f"m/{n}", 300, (value,), None, True)) for n in range(size)]


def test_an_upsert_counts_twice() -> None:
    """A call holds at most 1,000 elements, and 500 of those that are upserted."""
    upserts = [group(f"s{n}", size=1) for n in range(501)]
    deletes = [group(f"s{n}", size=1, action="DELETE") for n in range(1001)]

    assert [500, 1] == [len(batch) for batch in batches(upserts)]
    assert [1000, 1] == [len(batch) for batch in batches(deletes)]


def test_the_changes_of_one_name_stay_together() -> None:
    """A name's changes are never divided between two calls."""
    made = list(batches([group(f"s{n}") for n in range(400)]))

    assert [166, 166, 68] == [len(batch) for batch in made]


def test_the_characters_of_all_values_are_limited() -> None:
    """A call holds at most 32,000 characters of values, and half of that where they are upserted."""
    made = list(batches([group(f"s{n}", size=1, value="x" * 4000) for n in range(9)]))

    assert [4, 4, 1] == [len(batch) for batch in made]


def test_no_change_makes_no_call() -> None:
    """Nothing to write means no batch."""
    assert [] == list(batches([]))


def test_calls_wait_for_their_turn() -> None:
    """Of six calls with three allowed in each 50 ms, the fourth waits."""
    pace = Pace(calls=3, period=0.05)
    begin = time.monotonic()
    for _ in range(6):
        pace.take()

    assert time.monotonic() - begin >= 0.05

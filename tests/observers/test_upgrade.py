"""What was seen of an upgrade, and what its words make of it: each way in which one may go wrong is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provision.observers.upgrade import RECORD, Upgrade
from seatrial.checks.observer import Fidelity, NotProvableError
from seatrial.provisioning.state import PlatformState
from steps.support.upgrades import first, in_turn

_PLACES = [(role, zone) for role in ("master", "node") for zone in "abc"]


def _seen(order: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Tell of machines that are replaced one after the other: each goes, then another comes."""
    machines = {f"{role}-{zone}": _row(role, zone, "1.36.0") for role, zone in _PLACES}
    seen = [dict(machines)]
    for role, zone in order:
        del machines[f"{role}-{zone}"]
        seen.append(dict(machines))
        machines[f"new-{role}-{zone}"] = _row(role, zone, "1.36.1")
        seen.append(dict(machines))
    return [{"after": float(number), "machines": found} for number, found in enumerate(seen)]


def _row(role: str, zone: str, version: str) -> dict[str, Any]:
    return {"role": role, "zone": zone, "version": version, "ready": True}


def _observer(folder: Path, seen: list[dict[str, Any]]) -> Upgrade:
    state = PlatformState(folder, "risen")
    state.write(RECORD, {"from": "1.36.0", "to": "1.36.1", "seconds": 60.0, "gap": 1.5, "seen": seen})
    return Upgrade(state, Fidelity.SIMULATED)


def test_one_after_the_other(tmp_path: Path) -> None:
    """The order, and how many were away, are told from what was seen."""
    upgrade = _observer(tmp_path, _seen(_PLACES))
    assert [f"{role} {zone}" for role, zone in _PLACES] == upgrade.order()
    assert ({"master": 1, "node": 1}, 1.5) == (upgrade.away(), upgrade.gap())
    assert (True, True) == (first("master", upgrade.order()), in_turn(upgrade.order()))


def test_two_masters_at_once(tmp_path: Path) -> None:
    """A second one that goes before the first is back is counted; one that is not ready is away as well."""
    seen = _seen(_PLACES)
    seen[1]["machines"] = {n: row | {"ready": n != "master-b"} for n, row in seen[1]["machines"].items()}
    assert {"master": 2, "node": 1} == _observer(tmp_path, seen).away()


@pytest.mark.parametrize(
    ("order", "masters_first", "zone_by_zone"),
    [
        ([*_PLACES[:2], *_PLACES[3:], _PLACES[2]], False, True),
        (list(reversed(_PLACES)), False, True),
        ([], False, False),
    ],
)
def test_another_order(tmp_path: Path, order: list[tuple[str, str]], masters_first: bool, zone_by_zone: bool) -> None:
    """A node before the last master is the wrong order, and so is none at all."""
    found = _observer(tmp_path, _seen(order)).order()
    assert (masters_first, zone_by_zone) == (first("master", found), in_turn(found))


def test_zones_that_take_turns() -> None:
    """Where a zone has two nodes, both go before those of the next zone."""
    assert in_turn(["node a", "node a", "node b"])
    assert not in_turn(["node a", "node b", "node a"])


def test_a_platform_that_was_never_upgraded(tmp_path: Path) -> None:
    """There is nothing to judge, and it is said how there would be."""
    with pytest.raises(NotProvableError, match=r"has not been upgraded: raise `kubernetes` in platform\.yaml"):
        Upgrade(PlatformState(tmp_path, "risen"), Fidelity.SIMULATED).gap()

"""Breaks of upgrades that are to be refused."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.standup import rerecord

_UPGRADE = "features/standup/upgrade.feature"
_PAST = (
    "it is of an upgrade that was made, of which nothing can be broken afterwards: tests/system/test_upgrade.py makes "
    "one, and tests/observers/test_upgrade.py breaks what was seen of it"
)


def forgotten(site: Site) -> tuple[str, ...]:
    """Have nobody know which version the platform runs: any other is one to begin with, then."""
    record = site.platform.state.read("platform") or {}
    rerecord(site, "platform", {name: value for name, value in record.items() if name != "kubernetes"})
    return ()


SABOTAGES = (
    Sabotage(
        "a minor version is skipped",
        forgotten,
        f"{_UPGRADE}::A minor version is skipped",
        rounds.UPGRADES,
        ("the upgrade is refused", "no minor version is skipped"),
    ),
    Sabotage(
        "a version is lowered",
        forgotten,
        f"{_UPGRADE}::A version is lowered",
        rounds.UPGRADES,
        ("the upgrade is refused", "a version is never lowered"),
    ),
)
UNCHALLENGED = {
    f"{_UPGRADE}::{scenario}": _PAST
    for scenario in ("One machine at a time", "Masters first, then nodes zone by zone", "The API goes on working")
}

"""docs/source.md names what there is, and counts what stands in it."""

from __future__ import annotations

import pytest

from steps.breaks import SABOTAGES

from . import source
from .commands import ROOT

CLAIMS = source.claims()
_TEXT = source.PAGE.read_text("utf-8")
_MADE = {
    "sabotage": {s.name for s in SABOTAGES.on("local")},
    "sabotage on kind": {s.name for s in SABOTAGES.on("kind")},
}


def test_every_claim_has_one_row() -> None:
    """The ids are S1 to S139, each once."""
    assert [f"S{n}" for n in range(1, source.CLAIMS + 1)] == sorted((c.id for c in CLAIMS), key=lambda i: int(i[1:]))


def test_the_head_counts_what_stands_below() -> None:
    """The counts at the head are those of the rows, and all of them together are all claims."""
    assert {"claims": len(CLAIMS), **source.states()} == source.counted()
    assert len(CLAIMS) == sum(source.states().values())


def test_states() -> None:
    """No row has a state of its own."""
    assert [] == [c.id for c in CLAIMS if c.state not in source.STATES]
    assert source.words()
    assert [] == [state for state in source.words() if state not in source.STATES]


def test_what_is_noticed_names_scenario_and_break() -> None:
    """A claim whose break is noticed names who notices, and who makes it."""
    noticed = [c for c in CLAIMS if c.state == "noticed"]
    assert noticed
    assert [] == [c.id for c in noticed if not c.scenarios]
    assert [] == [c.id for c in noticed if not (source.sabotages(c.breaks) or source.tests(c.breaks))]


def test_what_is_not_noticed_says_why() -> None:
    """Every other row has words of its own."""
    assert [] == [c.id for c in CLAIMS if c.state != "noticed" and len(c.breaks.split()) < 2]


def test_every_scenario_is_there() -> None:
    """Each scenario that the page names is in the features."""
    assert [] == sorted(source.named() - source.scenarios())


def test_every_scenario_is_named() -> None:
    """Each scenario of the features says what a claim says, or more for a reason, and not both."""
    claimed = {scenario for claim in CLAIMS for scenario in claim.scenarios}
    beyond = source.beyond()
    assert [] == sorted(source.scenarios() - claimed - set(beyond))
    assert [] == sorted(claimed & set(beyond))
    assert all(beyond.values())


@pytest.mark.parametrize("kind", sorted(_MADE))
def test_every_sabotage_is_made(kind: str) -> None:
    """Each sabotage that the page names is one of those that are made."""
    found = {name for of, name in source.sabotages(_TEXT) if of == kind}
    assert found
    assert [] == sorted(found - _MADE[kind])


def test_every_test_is_there() -> None:
    """Each test that the page names is in its file."""
    found = source.tests(_TEXT)
    assert found
    missing = [t for t in found for file, _, name in [t.partition("::")] if name not in source.functions(ROOT / file)]
    assert [] == sorted(missing)

"""Whatever is broken, the scenario about it fails, and its message names what is broken."""

from __future__ import annotations

import pytest

from tests.sabotage.runs import Runs
from tests.sabotage.table import ROUNDS, SABOTAGES, Round, Sabotage

FAILED = 1

PAIRS = [pytest.param(round_, s, id=s.name) for round_ in ROUNDS for s in round_.sabotages]
TOUCHED = list(dict.fromkeys(s.scenario for s in SABOTAGES))


@pytest.mark.parametrize(("round_", "sabotage"), PAIRS)
def test_the_scenario_notices_and_names_it(runs: Runs, round_: Round, sabotage: Sabotage) -> None:
    """The scenario fails, the run ends with 1, and the message has every name and every word."""
    outcome = runs.broken(round_)
    found = outcome.entry(sabotage.scenario)
    assert (FAILED, "failed") == (outcome.code, found["verdict"]), outcome.output
    wanted = (*outcome.named[sabotage.break_], *sabotage.words)
    assert [] == [word for word in wanted if word not in found["reason"]], found["reason"]


@pytest.mark.parametrize("scenario", TOUCHED)
def test_the_scenario_holds_again(runs: Runs, scenario: str) -> None:
    """Once nothing is broken any more, the same scenario is proven."""
    found = runs.whole().entry(scenario)
    assert found["verdict"] in ("proven", "simulated"), found["reason"]

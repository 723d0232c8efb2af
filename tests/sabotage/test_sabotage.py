"""Whatever is broken, the scenario about it fails, and its message names what is broken."""

from __future__ import annotations

import pytest

from tests.sabotage.runs import Runs
from tests.sabotage.table import FOREIGN, ROUNDS, SABOTAGES, Round, Sabotage

REFUSED = 3

PAIRS = [pytest.param(round_, s, id=s.name) for round_ in ROUNDS for s in round_.sabotages]
TOUCHED = list(dict.fromkeys(s.scenario for s in SABOTAGES))


@pytest.mark.parametrize(("round_", "sabotage"), PAIRS)
def test_the_scenario_notices_and_names_it(runs: Runs, round_: Round, sabotage: Sabotage) -> None:
    """The scenario fails, the run ends with 1, and the message has every name and every word."""
    runs.see_noticed(round_, sabotage)


def test_a_platform_that_bears_another_mark_is_refused(runs: Runs) -> None:
    """Nothing is tried on it: the run ends with 3, every scenario is an error, and the message names the mark."""
    outcome, sabotage = runs.broken(FOREIGN), FOREIGN.sabotages[0]
    found = outcome.entry(sabotage.scenario)
    assert (REFUSED, "error") == (outcome.code, found["verdict"]), outcome.output
    wanted = (*outcome.named[sabotage.break_], *sabotage.words)
    assert [] == [word for word in wanted if word not in found["reason"]], found["reason"]


@pytest.mark.parametrize("scenario", TOUCHED)
def test_the_scenario_holds_again(runs: Runs, scenario: str) -> None:
    """Once nothing is broken any more, the same scenario is proven."""
    found = runs.whole().entry(scenario)
    assert found["verdict"] in ("proven", "simulated"), found["reason"]

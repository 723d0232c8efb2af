"""Whatever is broken on real containers, the scenario about it fails, and its message names what is broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provision.engine import Engine
from provision.images.node import built_name
from provision.provisioning import Provisioning
from seatrial.provisioning.progress import Quiet
from tests.kind import breaks
from tests.sabotage import workloads
from tests.sabotage.runs import ROOT, Runs
from tests.sabotage.site import Site
from tests.sabotage.table import Round, Sabotage

pytestmark = [pytest.mark.kind, pytest.mark.slow]

TEAM = "saboteur"
ROUTING, OUTAGES = "features/ingress/routing.feature", "features/outages/visitors.feature"
ROUNDS = (
    Round(
        "the way in",
        (
            Sabotage("a route leads astray", breaks.route_astray, f"{ROUTING}::A visitor of msvc1", ("page of msvc1",)),
            Sabotage(
                "nobody says that a name is unknown",
                workloads.nobody_to_say_so,
                f"{ROUTING}::An unknown name",
                ("status 404",),
                by_words=True,
            ),
            Sabotage(
                "a certificate of a stranger's",
                breaks.certificate_of_a_stranger,
                f"{ROUTING}::A visitor comes by TLS",
                ("certificate verify failed",),
            ),
        ),
        patience=0.2,
    ),
    Round(
        "logs",
        (
            Sabotage(
                "nodes without a collector",
                breaks.collectors_missing,
                "features/logs/logs.feature::A line from every node",
                ("line not found", "1 other as expected"),
            ),
        ),
        patience=0.3,
    ),
    Round(
        "data",
        (
            Sabotage(
                "members that keep nothing",
                breaks.data_on_no_volume,
                "features/storage/data.feature::After a member was lost",
                ("documents", "none at all"),
            ),
        ),
        patience=0.3,
    ),
    Round(
        "rollouts",
        (
            Sabotage(
                "a rollout that ends all pods first",
                breaks.all_at_once,
                "features/rollouts/triggers.feature::Requests during a rollout",
                ("expected no request to fail",),
            ),
        ),
        patience=1.0,
    ),
    Round(
        "names",
        (
            Sabotage(
                "nobody keeps the names",
                breaks.updater_gone,
                f"{ROUTING}::A new microservice is reached by its name",
                (),
            ),
        ),
        patience=0.3,
    ),
    Round(
        "health",
        (
            Sabotage(
                "answers that depend on nobody's health",
                breaks.nobody_checks,
                f"{OUTAGES}::A node loses its power",
                ("leaves the answers",),
            ),
        ),
        patience=0.4,
    ),
)
PAIRS = [pytest.param(round_, s, id=s.name) for round_ in ROUNDS for s in round_.sabotages]


@pytest.fixture(scope="module")
def runs(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """A platform of its own, with whoever breaks it."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    provisioning = Provisioning(ROOT)
    try:
        provisioning.up(TEAM, "kind", Quiet())
        platform = provisioning.open(TEAM, "kind")
        yield Runs(Site(platform), tmp_path_factory.mktemp("sabotage"), ROUNDS)
        platform.close()
    finally:
        provisioning.down(TEAM, Quiet())


@pytest.mark.parametrize(("round_", "sabotage"), PAIRS)
def test_the_scenario_notices_and_names_it(runs: Runs, round_: Round, sabotage: Sabotage) -> None:
    """The scenario fails, the run ends with 1, and the message has every name and every word."""
    runs.see_noticed(round_, sabotage)


@pytest.mark.parametrize("scenario", [s.scenario for round_ in ROUNDS for s in round_.sabotages])
def test_the_scenario_holds_again(runs: Runs, scenario: str) -> None:
    """Once nothing is broken any more, the same scenario is proven."""
    found = runs.whole().entry(scenario)
    assert found["verdict"] in ("proven", "simulated"), found["reason"]

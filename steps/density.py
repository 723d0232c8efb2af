"""Words about how full the nodes are."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_least, equal_to, every
from seatrial.observers.cluster import Cluster
from steps.support import density
from steps.support.limits import TIME


@then(parsers.parse("every node runs at least {count:d} containers"))
@states(count="density.least")
def _(cluster: Cluster, count: int) -> None:
    busy = every("nodes", least=3, containers=at_least(count))
    eventually(lambda: density.load(cluster), busy, within=TIME.settle)


@then(parsers.parse("the nodes run at least {count:d} containers on average"))
@states(count="density.average")
def _(cluster: Cluster, count: int) -> None:
    busy = equal_to(at_least(count), "containers a node, on average")
    eventually(lambda: density.average(cluster), busy, within=TIME.settle)


@then("what the containers of every node ask for fits its machine")
def _(cluster: Cluster) -> None:
    eventually(lambda: density.load(cluster), every("nodes", least=3, fits=True), within=TIME.settle)

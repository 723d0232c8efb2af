"""Words about networks, load balancers and open ports."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Matcher, Rows, covering, every, none, not_equal, rows
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from steps.support import manifests, services
from steps.support.attempts import attempt
from steps.support.capabilities import Platform
from steps.support.limits import TIME
from steps.support.machines import EVERYBODY, Estate, within


@then(parsers.parse('the platform has one network with the range "{cidr}"'))
@states(cidr="network")
def _(estate: Estate, cidr: str) -> None:
    one = every("networks", range=cidr)
    eventually(estate.networks, one, within=TIME.settle)
    assert len(estate.networks()) == 1, f"expected one network, got {sorted(estate.networks())}"


@then(parsers.parse('every machine has an address within "{cidr}"'))
@states(cidr="network")
def _(estate: Estate, cidr: str) -> None:
    inside = Matcher(f"within {cidr}", within(cidr))
    eventually(estate.machines, every("machines", least=6, address=inside), within=TIME.settle)


@then("the platform has no load balancer")
def _(estate: Estate) -> None:
    eventually(estate.load_balancers, none("load balancer"), within=TIME.settle)


@then("no service of the cluster asks for a load balancer")
@declaration
def _(cluster: Cluster) -> None:
    other = every("services", kind=not_equal("LoadBalancer"))
    eventually(lambda: services.kinds(cluster), other, within=TIME.settle)


@then("the platform still has no load balancer")
def _(estate: Estate) -> None:
    always(estate.load_balancers, none("load balancer"), during=TIME.window)


@when(parsers.parse('a team asks for a load balancer in front of "{name}"'), target_fixture="refusal")
def _(cluster: Cluster, changes: Journal, name: str) -> str:
    asked = manifests.service("trial-balancer", "microservices", kind="LoadBalancer", app=name)
    return attempt(cluster, lambda: changes.inject(Create(asked)))


@then(parsers.parse("the rules let everybody reach every node on port {port:d}"))
@states(port="ingress.ports")
@declaration
def _(estate: Estate, port: int) -> None:
    opened = every("security groups of the nodes", open_to=covering({EVERYBODY}))
    eventually(lambda: estate.doors(port), opened, within=TIME.settle)


@then(parsers.parse("the rules let somebody reach every node on port {port:d}"))
@states(port="ingress.ports.status")
@declaration
def _(estate: Estate, port: int) -> None:
    opened = every("security groups of the nodes", open_to=Matcher("somebody", bool))
    eventually(lambda: estate.doors(port), opened, within=TIME.settle)


@then("the rules open the machines to whom it was agreed, and to nobody else")
@declaration
def _(estate: Estate, platform: Platform) -> None:
    agreed: Rows = {opening: {} for opening in platform.facts.openings}
    eventually(estate.openings, rows("openings", agreed), within=TIME.settle)


@then(parsers.parse("the rules let nobody reach a machine on port {port:d} from outside"))
@declaration
def _(estate: Estate, port: int) -> None:
    closed = every("security groups of machines", open_to_ranges=set())
    eventually(lambda: estate.open_to_ranges(port), closed, within=TIME.settle)


@then(parsers.parse("the rules let nobody outside reach a node on port {port:d}"))
@states(port="microservices.port")
@declaration
def _(estate: Estate, port: int) -> None:
    closed = every("security groups of the nodes", open_to=Matcher("nobody outside", lambda who: EVERYBODY not in who))
    eventually(lambda: estate.doors(port), closed, within=TIME.settle)

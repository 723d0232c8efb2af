"""Words about the way in: controllers, routes, certificates."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, at_least, covering, every, rows
from seatrial.checks.observer import NotProvableError
from seatrial.faults import Journal
from seatrial.observers.cluster import Cluster
from steps.support import capabilities, ingress, nodes
from steps.support.capabilities import Platform
from steps.support.faults import SwapController
from steps.support.limits import TIME
from steps.support.names import fqdn
from steps.support.pods import remove


@then("every node has a ready ingress controller")
def _(cluster: Cluster) -> None:
    ready = every("nodes", least=3, controller="ready")
    eventually(lambda: ingress.controllers(cluster), ready, within=TIME.rollout)


@then(parsers.parse("every ingress controller asks for the ports {a:d}, {b:d} and {c:d} of its node"))
@states(a="ingress.ports.http", b="ingress.ports.https", c="ingress.ports.status")
@declaration
def _(cluster: Cluster, a: int, b: int, c: int) -> None:
    doors = every("nodes", least=3, ports=covering({a, b, c}))
    eventually(lambda: ingress.controllers(cluster), doors, within=TIME.settle)


@then("every ingress controller states how it is checked for being ready, and asked for being alive")
@declaration
def _(cluster: Cluster) -> None:
    checked = every("nodes", least=3, checked_for_being_ready=True, asked_for_being_alive=True)
    eventually(lambda: ingress.controllers(cluster), checked, within=TIME.settle)


@when(parsers.parse('the ingress controller in "{zone}" is removed'))
@states(zone="zones")
def _(cluster: Cluster, faults: Journal, zone: str) -> None:
    remove(cluster, faults, ingress.controller_on(cluster, nodes.in_zone(cluster, zone)))


@when("the ingress controllers are swapped for another maker's")
def _(cluster: Cluster, platform: Platform, faults: Journal) -> None:
    controllers = capabilities.have(platform.actuators().own.controllers)
    now = controllers.running()
    others = [name for name in controllers.known() if name != now]
    if not others:
        raise NotProvableError(f"no image of an ingress controller other than {now} can be had")
    was = set(ingress.by_node(cluster).values())
    faults.inject(SwapController(others[0]))
    gone = every("nodes", least=3, controller=Matcher("another than before", lambda uid: bool(uid) and uid not in was))
    eventually(
        lambda: {n: {"controller": uid} for n, uid in ingress.by_node(cluster).items()}, gone, within=TIME.rollout
    )


@then("no route depends on the maker of the controller")
@declaration
def _(cluster: Cluster) -> None:
    neutral = every("routes", least=3, makers_wording=set(), kind="platform")
    eventually(lambda: ingress.routes(cluster), neutral, within=TIME.settle)


@then("exactly one kind of controller is the default for new routes")
@declaration
def _(cluster: Cluster) -> None:
    eventually(
        lambda: ingress.default_classes(cluster), rows("kinds of controller", {"platform": {}}), within=TIME.settle
    )


@then(parsers.parse('there is a route from every path of the name "{name}" to port {port:d} of "{service}"'))
@states(port="microservices.port")
@declaration
def _(cluster: Cluster, platform: Platform, name: str, port: int, service: str) -> None:
    _leads(cluster, fqdn(platform, name), service, port)


@then(parsers.parse('there is a route from any other name to port {port:d} of "{service}"'))
@declaration
def _(cluster: Cluster, port: int, service: str) -> None:
    _leads(cluster, ingress.ANY, service, port)


@then("every route has a certificate that is valid for its name")
@declaration
def _(cluster: Cluster) -> None:
    valid = every("routes", least=2, certificate="there", names_it=True)
    eventually(lambda: ingress.certificates(cluster), valid, within=TIME.settle)


@then(parsers.parse("every certificate is valid for at least {days:d} days more"))
@declaration
def _(cluster: Cluster, days: int) -> None:
    eventually(
        lambda: ingress.certificates(cluster), every("routes", least=2, days_left=at_least(days)), within=TIME.settle
    )


def _leads(cluster: Cluster, host: str, service: str, port: int) -> None:
    agreed = {"service": {service}, "port": {port}, "paths": {"/"}, "ends_at_an_open_port": True}
    leads = rows("routes", {host: agreed}, exactly=False)
    eventually(lambda: ingress.route_ports(cluster), leads, within=TIME.settle)

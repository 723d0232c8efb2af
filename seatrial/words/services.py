"""Words about services and the ways that lead to them."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_least, every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.words.rows import services
from seatrial.words.rows.objects import everywhere


@everywhere("every service has a ready endpoint")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Behind each Service that selects pods stands one that is ready; those without a selector are not meant."""
    wanted = every("services", ready_endpoints=at_least(1))
    eventually(lambda: services.services(cluster, namespace, without), wanted, within=TIME.settle)


@then(parsers.parse('the service "{name}" has at least {count:d} ready endpoints in the namespace "{namespace}"'))
def _(cluster: Cluster, name: str, count: int, namespace: str) -> None:
    """So many addresses that are ready to serve stand behind the Service, as its EndpointSlices say."""
    wanted = every("services of that name", ready_endpoints=at_least(count))
    eventually(lambda: services.named(cluster, name, namespace), wanted, within=TIME.settle)


@everywhere("every ingress leads to a service with a ready endpoint")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Behind each host and path of an Ingress something is ready; whether a controller lets anybody in is not seen."""
    wanted = every("ways in", ready_endpoints=at_least(1))
    eventually(lambda: services.ways(cluster, namespace, without), wanted, within=TIME.settle)

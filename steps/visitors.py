"""Words about visitors: people and programs that come over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from pytest_bdd import given, parsers, then, when

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, Rows, every, some
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from steps.support import capabilities, manifests, nodes, visitors, workloads
from steps.support.actuators import HttpSender
from steps.support.capabilities import Platform, have
from steps.support.instruments import Http, MongoDb
from steps.support.limits import TIME
from steps.support.names import agreed_check, fqdn

OK, WRONG, NOT_FOUND = 200, 400, 404


@pytest.fixture
def http_sender(platform: Platform, http: Http) -> HttpSender:  # noqa: ARG001 - it acts on what that observes, and is lacking with it
    """What sends over HTTP, as programs outside do."""
    return have(platform.actuators().own.http_sender)


@when(parsers.parse('a visitor opens the page of "{name}"'), target_fixture="visits_made")
def _(http: Http, platform: Platform, name: str) -> Callable[[], Rows]:
    capabilities.need(platform, name)
    return lambda: {name: visitors.page(http.get(fqdn(platform, name)))}


@when(parsers.parse('a visitor opens the page of "{name}" by TLS'), target_fixture="visits_made")
def _(http: Http, platform: Platform, name: str) -> Callable[[], Rows]:
    return lambda: {name: visitors.page(http.get(fqdn(platform, name), tls=True))}


@when(parsers.parse('a visitor opens the page of "{name}" at each node'), target_fixture="visits_made")
def _(cluster: Cluster, http: Http, platform: Platform, name: str) -> Callable[[], Rows]:
    host = fqdn(platform, name)
    return lambda: {n: visitors.page(http.get(host, node=n)) for n in nodes.members(cluster, "node")}


@then("the visitor is shown a page")
def _(visits_made: Callable[[], Rows]) -> None:
    eventually(visits_made, every("visits", status=OK, page=True, regrets=""), within=TIME.http)


@then(parsers.parse('the visitor is shown the page of "{name}" at each node'))
def _(visits_made: Callable[[], Rows], name: str) -> None:
    shown = every("visits", least=3, status=OK, page=True, regrets="", body=_page_of(name))
    eventually(visits_made, shown, within=TIME.http)


@then(parsers.parse('the page of "{name}" is shown at each node, with and without TLS'))
def _(cluster: Cluster, dns: Dns, http: Http, platform: Platform, name: str) -> None:
    doors = 2 * len(nodes.members(cluster, "node"))
    shown = every("visits", least=doors, status=OK, page=True, regrets="", body=_page_of(name))
    eventually(
        lambda: _at_each_address(cluster, dns, http, fqdn(platform, name)),
        shown,
        within=TIME.dns_failover,
    )


@given(parsers.parse('a microservice "{name}" with a route of its own'))
def _(changes: Journal, platform: Platform, name: str) -> None:
    changes.inject(Create(manifests.service(name, workloads.MICROSERVICES, app="msvc1", target="http")))
    changes.inject(Create(manifests.route(name, workloads.MICROSERVICES, fqdn(platform, name))))


@when(parsers.parse('a visitor asks for the name "{name}"'), target_fixture="visits_made")
def _(cluster: Cluster, http: Http, platform: Platform, name: str) -> Callable[[], Rows]:
    host = fqdn(platform, name)
    return lambda: {n: visitors.page(http.get(host, node=n)) for n in nodes.members(cluster, "node")}


@then("the visitor is told that it was not found")
def _(visits_made: Callable[[], Rows]) -> None:
    eventually(visits_made, every("visits", least=3, status=NOT_FOUND), within=TIME.http)


@when("somebody asks the default backend for its health", target_fixture="visits_made")
def _(cluster: Cluster, http: Http, platform: Platform) -> Callable[[], Rows]:
    host = fqdn(platform, "default-backend")
    return lambda: {n: visitors.page(http.get(host, "/healthz", node=n)) for n in nodes.members(cluster, "node")}


@then("it answers that it is well")
def _(visits_made: Callable[[], Rows]) -> None:
    eventually(visits_made, every("visits", least=3, status=OK), within=TIME.http)


@when(parsers.parse("somebody asks each controller for its status on port {port:d}"), target_fixture="visits_made")
@states(port="ingress.ports.status")
def _(cluster: Cluster, http: Http, platform: Platform, port: int) -> Callable[[], Rows]:
    host, path = fqdn(platform, "ingress-controller"), str(agreed_check(cluster)["path"])
    return lambda: {n: visitors.page(http.get(host, path, node=n, port=port)) for n in nodes.members(cluster, "node")}


@then("each of them shows it")
def _(visits_made: Callable[[], Rows]) -> None:
    eventually(visits_made, every("visits", least=3, status=OK), within=TIME.http)


@when(parsers.parse('a program stores an entry through "{name}"'), target_fixture="entry")
def _(http_sender: HttpSender, platform: Platform, name: str) -> dict[str, str]:
    entry = {"text": uuid.uuid4().hex}
    reply = http_sender.post(fqdn(platform, name), visitors.ENTRIES, entry)
    assert reply.status in (OK, 201), f"expected the entry to be stored, got {reply.status}: {reply.body}"
    return entry


@then(parsers.parse('the entry can be read through "{name}"'))
def _(http: Http, platform: Platform, entry: dict[str, str], name: str) -> None:
    kept = Matcher("an entry with the text that was stored", lambda body: entry["text"] in body)
    read = every("visits", status=OK, body=kept)
    eventually(
        lambda: {name: visitors.page(http.get(fqdn(platform, name), visitors.ENTRIES))},
        read,
        within=TIME.http,
    )


@then("the entry is found in the database")
def _(mongodb: MongoDb, entry: dict[str, str]) -> None:
    eventually(lambda: mongodb.find("entries", entry), some("entries", **entry), within=TIME.data)


@when(parsers.parse('a program stores an entry without content through "{name}"'), target_fixture="visits_made")
def _(http_sender: HttpSender, platform: Platform, name: str) -> Callable[[], Rows]:
    return lambda: {name: visitors.page(http_sender.post(fqdn(platform, name), visitors.ENTRIES, {}))}


@then("the program is told that its request was wrong")
def _(visits_made: Callable[[], Rows]) -> None:
    eventually(visits_made, every("visits", status=WRONG), within=TIME.http)


def _page_of(name: str) -> Matcher:
    return Matcher(f"the page of {name}", lambda body: name in body)


def _at_each_address(cluster: Cluster, dns: Dns, http: Http, host: str) -> Rows:
    """Visit *host* by both doors of every node that its name leads to, and of no other."""
    both = ("address", "public_address")
    nodes_at = {str(row[at]): node for node, row in nodes.members(cluster, "node").items() for at in both}
    return {
        f"{address} {'by TLS' if tls else 'without TLS'}": visitors.page(
            http.get(host, node=nodes_at.get(address, address), tls=tls)
        )
        for address in sorted(dns.resolve(host).values)
        for tls in (False, True)
    }

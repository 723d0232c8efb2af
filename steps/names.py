"""Words about names: records, answers, health checks, and who made them."""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, parsers, then, when

from seatrial import states
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Matcher, Rows, covering, equal_to, every, none, rows
from seatrial.faults import Create, Journal, ReplaceRecord
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from steps.support import manifests, names, nodes
from steps.support.capabilities import Platform, have
from steps.support.faults import HandMadeRecord, HoldNames, Unmake
from steps.support.instruments import Delegation
from steps.support.limits import TIME
from steps.support.machines import Estate
from steps.support.names import fqdn
from steps.support.objects import true_of

ELSEWHERE = "192.0.2.10"  # an address for documentation


@then(parsers.parse("every service has an A record with a TTL of {ttl:d} seconds"))
@states(ttl="dns.ttl")
def _(cluster: Cluster, aws: Aws, platform: Platform, ttl: int) -> None:
    _every_record(cluster, aws, platform, ttl, TIME.dns_update)


@then(parsers.parse("every service has an A record with a TTL of {ttl:d} seconds again"))
@states(ttl="dns.ttl")
def _(cluster: Cluster, aws: Aws, platform: Platform, ttl: int) -> None:
    _every_record(cluster, aws, platform, ttl, TIME.dns_repair)


@then("every record has the addresses of all nodes with a ready ingress controller")
def _(cluster: Cluster, aws: Aws, platform: Platform) -> None:
    _every_address(cluster, aws, platform, TIME.dns_update)


@then("every record has the addresses of all nodes with a ready ingress controller again")
def _(cluster: Cluster, aws: Aws, platform: Platform) -> None:
    _every_address(cluster, aws, platform, TIME.dns_repair)


@when("somebody asks for the name of every service", target_fixture="asked_names")
def _(cluster: Cluster, platform: Platform) -> list[str]:
    return sorted(fqdn(platform, service) for service in names.services(cluster))


@then(parsers.parse("every answer has a TTL of {ttl:d} seconds"))
@states(ttl="dns.ttl")
def _(dns: Dns, asked_names: list[str], ttl: int) -> None:
    answered = every("answers", answer="NOERROR", ttl=ttl)
    eventually(lambda: names.answers(dns, asked_names), answered, within=TIME.dns_update)


@then("every answer has the addresses of all nodes with a ready ingress controller")
def _(cluster: Cluster, dns: Dns, platform: Platform, asked_names: list[str]) -> None:
    def judged() -> Rows:
        return names.answered(names.answers(dns, asked_names), names.addresses(cluster, platform))

    eventually(judged, every("answers", addresses_lacking=set(), addresses_too_many=set()), within=TIME.dns_update)


@then("every answer has the addresses of all masters")
def _(estate: Estate, dns: Dns, asked_names: list[str]) -> None:
    _lead_to_masters(estate, dns, asked_names)


@then("the name of the API leads to all masters, and to nothing else")
def _(estate: Estate, dns: Dns, platform: Platform) -> None:
    _lead_to_masters(estate, dns, [fqdn(platform, "api.internal")])


@when(parsers.parse('somebody asks for the name "{name}"'), target_fixture="asked_names")
def _(platform: Platform, name: str) -> list[str]:
    return [fqdn(platform, name)]


@then("the answer is that there is no such name")
def _(dns: Dns, asked_names: list[str]) -> None:
    unknown = every("answers", answer="NXDOMAIN", addresses=set())
    eventually(lambda: names.answers(dns, asked_names), unknown, within=TIME.dns_update)


@then("every node with an ingress controller has a health check of its own")
def _(cluster: Cluster, aws: Aws, platform: Platform) -> None:
    names.need_public(platform)
    one = every("nodes with an ingress controller", least=3, health_checks=1, not_as_agreed=set())
    eventually(lambda: names.checked_nodes(cluster, aws, platform), one, within=TIME.dns_repair)


@then("every address in a record depends on the health check of its node")
def _(aws: Aws, platform: Platform) -> None:
    names.need_public(platform)
    checked = every("records", without_health_check=set(), on_the_check_of_another=set())
    eventually(lambda: names.dependencies(aws, platform), checked, within=TIME.dns_repair)


@then(parsers.parse("the platform's zone is a {kind} one, and no other zone has its name"))
@states(kind="dns.zone")
def _(delegation: Delegation, platform: Platform, kind: str) -> None:
    one = rows("zones of the platform's name", {f"{platform.facts.zone} 1": {"kind": kind}})
    eventually(delegation.zones, one, within=TIME.settle)


@then("its parent leads to the servers that have it, and to no other")
def _(delegation: Delegation, platform: Platform) -> None:
    names.need_public(platform)
    led = every("name servers", least=2, serves_it=True, parent_names_it=True)
    eventually(delegation.servers, led, within=TIME.settle)


@given(parsers.parse('a new namespace "{name}"'))
def _(changes: Journal, name: str) -> None:
    changes.inject(Create(manifests.namespace(name)))


@when(parsers.parse('a service "{name}" is added in the namespace "{namespace}"'))
def _(changes: Journal, name: str, namespace: str) -> None:
    changes.inject(Create(manifests.service(name, namespace)))


@given(parsers.parse('a service "{name}" in the namespace "{namespace}", with a record'))
def _(aws: Aws, changes: Journal, platform: Platform, name: str, namespace: str) -> None:
    changes.inject(Create(manifests.service(name, namespace)))
    _has_record(aws, platform, name)


@when(parsers.parse('the service "{name}" is removed from the namespace "{namespace}"'))
def _(changes: Journal, name: str, namespace: str) -> None:
    changes.inject(Unmake("v1", "Service", name, namespace))


@then(parsers.parse('the name "{name}" has a record'))
def _(aws: Aws, platform: Platform, name: str) -> None:
    _has_record(aws, platform, name)


@then(parsers.parse('the name "{name}" keeps its record'))
def _(aws: Aws, platform: Platform, name: str) -> None:
    kept = every(f"records of {name}", ttl={300})
    during = platform.facts.resync + TIME.beyond_resync
    always(lambda: names.record(aws, platform, name), kept, during=during)


@then(parsers.parse('the name "{name}" has no record'))
def _(aws: Aws, platform: Platform, name: str) -> None:
    eventually(lambda: names.record(aws, platform, name), none("record"), within=TIME.dns_update)


@then(parsers.parse('whoever asks for "{name}" is given the addresses of all nodes with a ready ingress controller'))
def _(cluster: Cluster, dns: Dns, platform: Platform, name: str) -> None:
    full = fqdn(platform, name)

    def judged() -> Rows:
        return names.answered(names.answers(dns, [full]), names.addresses(cluster, platform))

    eventually(
        judged,
        every("answers", answer="NOERROR", addresses_lacking=set(), addresses_too_many=set()),
        within=TIME.dns_update,
    )


@then(parsers.parse('whoever asks for "{name}" is told that there is no such name'))
def _(dns: Dns, platform: Platform, name: str) -> None:
    full = fqdn(platform, name)
    eventually(lambda: names.answers(dns, [full]), every("answers", answer="NXDOMAIN"), within=TIME.dns_update)


@then(parsers.parse('the node in "{zone}" leaves the answers for "{name}"'))
@states(zone="zones")
def _(cluster: Cluster, dns: Dns, platform: Platform, zone: str, name: str) -> None:
    _leaves(dns, fqdn(platform, name), nodes.visited_in(cluster, zone, platform.facts.address_type))


@then(parsers.parse('the lost node leaves the answers for "{name}"'))
def _(cluster: Cluster, dns: Dns, platform: Platform, lost_node: str, name: str) -> None:
    _leaves(dns, fqdn(platform, name), nodes.visited(cluster, lost_node, platform.facts.address_type))


@then(parsers.parse('the other two nodes stay in the answers for "{name}"'))
def _(cluster: Cluster, dns: Dns, platform: Platform, name: str) -> None:
    kind = platform.facts.address_type
    others = covering({nodes.address_of(n, kind) for n in nodes.found(cluster, "node") if true_of(n, "Ready")})
    full = fqdn(platform, name)
    two = every("answers", addresses=Matcher("two addresses", lambda given: len(given) == 2))  # noqa: PLR2004
    eventually(lambda: names.answers(dns, [full]), two, within=TIME.dns_failover)
    always(lambda: names.answers(dns, [full]), every("answers", addresses=others), during=TIME.window)


@then("no record has the address of the lost node any more")
def _(cluster: Cluster, aws: Aws, platform: Platform, lost_node: str) -> None:
    failed = nodes.visited(cluster, lost_node, platform.facts.address_type)
    without = every("records", addresses=Matcher(f"not {failed}", lambda has: failed not in has))
    eventually(lambda: names.records(aws, platform.facts, platform.team), without, within=TIME.dns_moved)


@given("nobody keeps the names, but health checks are made")
def _(platform: Platform, faults: Journal) -> None:
    names.need_public(platform)
    keeper = have(platform.actuators().own.names_keeper)
    faults.inject(HoldNames())
    eventually(keeper.at_work, equal_to(False, "somebody keeps the names"), within=TIME.settle)


@then(parsers.parse('every record still has the address of the node in "{zone}"'))
@states(zone="zones")
def _(cluster: Cluster, aws: Aws, platform: Platform, zone: str) -> None:
    failed = nodes.visited_in(cluster, zone, platform.facts.address_type)
    still = every("records", addresses=covering({failed}))
    eventually(lambda: names.records(aws, platform.facts, platform.team), still, within=0)


@given(parsers.parse('a record "{name}" made by a colleague'), target_fixture="handmade")
def _(aws: Aws, changes: Journal, platform: Platform, name: str) -> Rows:
    full = fqdn(platform, name)
    _make(changes, platform, {"Name": f"{full}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": ELSEWHERE}]})
    return names.record_sets(aws, platform.facts.zone_id, full, "A")


@given(parsers.parse('a text record "{name}" made by a colleague'), target_fixture="handmade")
def _(aws: Aws, changes: Journal, platform: Platform, name: str) -> Rows:
    full = fqdn(platform, name)
    text = {"Name": f"{full}.", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": '"made by hand"'}]}
    _make(changes, platform, text)
    return names.record_sets(aws, platform.facts.zone_id, full, "TXT")


@then(parsers.parse('the record "{name}" is as the colleague made it'))
def _(aws: Aws, platform: Platform, handmade: Rows, name: str) -> None:
    _untouched(aws, platform, handmade, name, "A")


@then(parsers.parse('the text record "{name}" is as the colleague made it'))
def _(aws: Aws, platform: Platform, handmade: Rows, name: str) -> None:
    _untouched(aws, platform, handmade, name, "TXT")


@when(parsers.parse('somebody removes a record of "{name}" by hand'))
def _(aws: Aws, faults: Journal, platform: Platform, name: str) -> None:
    faults.inject(ReplaceRecord(platform.facts.zone_id, names.raw(aws, platform, name)))


@when(parsers.parse('somebody changes the TTL of a record of "{name}" to {ttl:d} seconds by hand'))
def _(aws: Aws, faults: Journal, platform: Platform, name: str, ttl: int) -> None:
    record = names.raw(aws, platform, name)
    faults.inject(ReplaceRecord(platform.facts.zone_id, record, record | {"TTL": ttl}))


def _leaves(dns: Dns, name: str, gone: str) -> None:
    without = Matcher(f"not {gone}", lambda given: gone not in given)
    eventually(lambda: names.answers(dns, [name]), every("answers", addresses=without), within=TIME.dns_failover)


def _lead_to_masters(estate: Estate, dns: Dns, asked: list[str]) -> None:
    def judged() -> Rows:
        masters = {str(row["address"]) for row in estate.machines("master").values()}
        return names.beside(names.answers(dns, asked), masters)

    whole = every("answers", answer="NOERROR", addresses_lacking=set(), addresses_too_many=set())
    eventually(judged, whole, within=TIME.dns_update)


def _every_record(cluster: Cluster, aws: Aws, platform: Platform, ttl: int, within: float) -> None:
    agreed = every("names", record="there", service="there", type="A", ttl={ttl})
    eventually(lambda: names.board(cluster, aws, platform), agreed, within=within)


def _every_address(cluster: Cluster, aws: Aws, platform: Platform, within: float) -> None:
    def judged() -> Rows:
        return names.beside(names.records(aws, platform.facts, platform.team), names.addresses(cluster, platform))

    eventually(judged, every("records", addresses_lacking=set(), addresses_too_many=set()), within=within)


def _has_record(aws: Aws, platform: Platform, name: str) -> None:
    there = rows("records", {fqdn(platform, name): {"type": "A"}}, exactly=False)
    eventually(lambda: names.records(aws, platform.facts, platform.team), there, within=TIME.dns_update)


def _make(changes: Journal, platform: Platform, record: dict[str, Any]) -> None:
    changes.inject(HandMadeRecord(platform.facts.zone_id, record))


def _untouched(aws: Aws, platform: Platform, handmade: Rows, name: str, kind: str) -> None:
    full = fqdn(platform, name)
    same = rows(f"{kind} records of {name}", handmade)
    always(lambda: names.record_sets(aws, platform.facts.zone_id, full, kind), same, during=TIME.window)

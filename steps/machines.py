"""Words about machines and their groups."""

from __future__ import annotations

import re
from functools import partial

import pytest
from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, equal_to, every, not_equal, one_of, rows
from seatrial.faults import Journal, StopInstances, TerminateInstance
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import capabilities, nodes, visitors, workloads
from steps.support import masters as quorum
from steps.support.capabilities import Platform
from steps.support.faults import AskForMachine, CutOff, StartInstances
from steps.support.instruments import Http
from steps.support.limits import TIME
from steps.support.machines import Estate
from steps.support.names import fqdn, kept_on


@pytest.fixture
def estate(aws: Aws, platform: Platform) -> Estate:
    """What the platform has in its account."""
    return Estate(aws, platform.facts.cluster)


@given(parsers.re(r'the zones (?P<listed>"[^"]+"(, "[^"]+")* and "[^"]+")'), target_fixture="zones")
@states(listed="zones")
def _(listed: str) -> list[str]:
    return re.findall(r'"([^"]+)"', listed)


@then(parsers.parse('exactly one "{role}" runs in each of these zones'))
def _(estate: Estate, zones: list[str], role: str) -> None:
    wanted = {zone: {"machines": 1} for zone in zones}
    eventually(lambda: estate.by_zone(role), rows(f"zones with a {role}", wanted), within=TIME.settle)


@then(parsers.parse("{count:d} machines run in the platform's network, each a master or a node"))
@states(count="machines.count")
def _(estate: Estate, count: int) -> None:
    known = every("machines in the network", least=count, role=one_of("master", "node"))
    eventually(estate.in_our_networks, known, within=TIME.settle)
    eventually(lambda: len(estate.in_our_networks()), equal_to(count, "machines"), within=TIME.settle)


@then(parsers.parse('every "{role}" is a machine of type "{kind}"'))
@states(kind="{role}s.type")
def _(estate: Estate, role: str, kind: str) -> None:
    eventually(lambda: estate.machines(role), every(f"{role}s", type=kind), within=TIME.settle)


@then(parsers.parse('every group of "{role}"s is set to start machines of type "{kind}"'))
@states(kind="{role}s.type")
@declaration
def _(estate: Estate, role: str, kind: str) -> None:
    starts = every(f"groups of {role}s", least=3, type=kind)
    eventually(lambda: estate.groups(role), starts, within=TIME.settle)


@then("every machine is a ready member of the cluster")
def _(estate: Estate, cluster: Cluster) -> None:
    wanted = {
        machine: {"ready": True, "open_to_work": True, "role": row["role"]}
        for machine, row in estate.machines().items()
    }
    eventually(lambda: nodes.by_machine(cluster), rows("machines in the cluster", wanted), within=TIME.settle)


@then("every member of the cluster stands in the zone of its machine")
def _(estate: Estate, cluster: Cluster, platform: Platform) -> None:
    agreed = ["zone", "type"]
    if platform.facts.machines_addresses:  # no containers stand for machines
        agreed += ["address", "public_address"]
    wanted = {m: {k: row[k] for k in agreed} for m, row in estate.machines().items()}
    eventually(lambda: nodes.by_machine(cluster), rows("machines in the cluster", wanted), within=TIME.settle)


@then(parsers.parse('every member of the cluster runs Kubernetes "{version}"'))
@states(version="kubernetes")
def _(cluster: Cluster, version: str) -> None:
    agreed = every("members of the cluster", least=6, version=version)
    eventually(lambda: nodes.members(cluster), agreed, within=TIME.settle)


@then("no application may be placed on a master")
def _(cluster: Cluster) -> None:
    closed = every("masters", least=3, closed_to_applications=True)
    eventually(lambda: nodes.members(cluster, "master"), closed, within=TIME.settle)


@then(parsers.parse('no pod of "{one}" or "{other}" runs on a master'))
def _(cluster: Cluster, one: str, other: str) -> None:
    masters = set(nodes.members(cluster, "master"))
    elsewhere = every("pods", node=Matcher("a node, not a master", lambda node: bool(node) and node not in masters))
    for name in (one, other):
        eventually(partial(workloads.pod_rows, cluster, name), elsewhere, within=TIME.settle)


@then(parsers.parse("there are {count:d} groups of machines"))
@states(count="machines.count")
@declaration
def _(estate: Estate, count: int) -> None:
    exactly = Matcher(f"{count} groups", lambda groups: len(groups) == count)
    eventually(
        lambda: {"account": {"groups": set(estate.groups())}}, every("accounts", groups=exactly), within=TIME.settle
    )


@then(parsers.parse("every group is set to keep exactly {count:d} machine"))
@declaration
def _(estate: Estate, count: int) -> None:
    kept = every("groups of machines", size={"least": count, "wanted": count, "most": count}, suspended=set())
    eventually(estate.groups, kept, within=TIME.settle)


@when(parsers.parse('the {role} in "{zone}" is lost for good'), target_fixture="lost")
@states(zone="zones")
def _(estate: Estate, faults: Journal, role: str, zone: str) -> str:
    machine = estate.machine_in(zone, role)
    faults.inject(TerminateInstance(machine))
    return machine


@when(parsers.parse('another node is asked for in "{zone}"'))
@states(zone="zones")
def _(estate: Estate, platform: Platform, faults: Journal, zone: str) -> None:
    capabilities.have(platform.actuators().own.group_size)
    faults.inject(AskForMachine(estate.machine_in(zone, "node")))


@then(parsers.parse('{count:d} ready nodes stand in "{zone}"'))
@states(zone="zones")
def _(cluster: Cluster, count: int, zone: str) -> None:
    ready = every(f"nodes in {zone}", least=count, ready=True)
    eventually(lambda: nodes.there(cluster, "node", zone), ready, within=TIME.node_replaced)
    there = equal_to(count, f"nodes in {zone}")
    eventually(lambda: len(nodes.there(cluster, "node", zone)), there, within=TIME.settle)


@given(parsers.parse('the node in "{zone}" is lost'))
@when(parsers.parse('the node in "{zone}" is lost'))
@states(zone="zones")
def _(estate: Estate, cluster: Cluster, faults: Journal, zone: str) -> None:
    _lose(estate, cluster, faults, zone, "node")


@when("the node on which the names are kept is lost", target_fixture="lost_node")
def _(cluster: Cluster, faults: Journal) -> str:
    member = kept_on(cluster)
    faults.inject(StopInstances((str(nodes.members(cluster)[member]["machine"]),)))
    _gone(cluster, member)
    return member


@when(parsers.parse('the node in "{zone}" is cut off from the network'))
@states(zone="zones")
def _(platform: Platform, cluster: Cluster, faults: Journal, zone: str) -> None:
    capabilities.have(platform.actuators().own.node_network)
    member = nodes.in_zone(cluster, zone)
    faults.inject(CutOff(member))
    _gone(cluster, member)


@when("all machines are stopped, and started again")
def _(estate: Estate, cluster: Cluster, etcd: Etcd, http: Http, platform: Platform, faults: Journal) -> None:
    machines, members = tuple(sorted(estate.machines())), list(nodes.members(cluster, "node"))
    assert machines, "expected machines to stop, got none"
    faults.inject(StopInstances(machines))
    dead = equal_to(0, "healthy members of etcd")
    eventually(lambda: quorum.healthy(etcd), dead, within=TIME.node_lost)
    host = fqdn(platform, "msvc1")
    shut = every("nodes", least=len(members), answers=False)
    eventually(lambda: visitors.answering(http, host, members), shut, within=TIME.node_lost)
    faults.inject(StartInstances(machines))


@when(parsers.parse('everything in the zone "{zone}" is lost'))
@states(zone="zones")
def _(estate: Estate, cluster: Cluster, faults: Journal, zone: str) -> None:
    _lose(estate, cluster, faults, zone, "master", "node")


@then(parsers.parse('another {role} takes its place in "{zone}"'))
@states(zone="zones")
def _(estate: Estate, cluster: Cluster, lost: str, role: str, zone: str) -> None:
    here = every(f"{role}s in {zone}", zone=zone, ready=True, machine=not_equal(lost))
    eventually(lambda: nodes.there(cluster, role, zone), here, within=TIME.node_replaced)
    eventually(lambda: estate.by_zone(role), rows("zones", {zone: {"machines": 1}}, exactly=False), within=TIME.settle)


@then(parsers.parse("the cluster has {count:d} ready {role}s"))
@states(count="{role}s.count")
def _(cluster: Cluster, count: int, role: str) -> None:
    ready = every(f"{role}s", least=count, ready=True)
    eventually(lambda: nodes.members(cluster, role), ready, within=TIME.node_replaced)
    eventually(lambda: len(nodes.members(cluster, role)), equal_to(count, f"{role}s"), within=TIME.settle)


def _lose(estate: Estate, cluster: Cluster, faults: Journal, zone: str, *roles: str) -> None:
    """Lose a machine of each role in *zone*, and see that the cluster has lost them."""
    members = [nodes.in_zone(cluster, zone, role) for role in roles]
    faults.inject(StopInstances(tuple(estate.machine_in(zone, role) for role in roles)))
    _gone(cluster, *members)


def _gone(cluster: Cluster, *members: str) -> None:
    gone = rows("members", {member: {"ready": False} for member in members}, exactly=False)
    eventually(lambda: nodes.members(cluster), gone, within=TIME.node_lost)

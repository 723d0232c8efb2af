"""Words about what runs and what Git says."""

from __future__ import annotations

from typing import Any

import pytest
from lightkube.resources.core_v1 import Service
from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, none, rows
from seatrial.faults import Create, Delete, Journal, Patch
from seatrial.observers.cluster import Cluster
from steps.support import manifests, rollouts
from steps.support.actuators import Applier
from steps.support.capabilities import Platform, have
from steps.support.drift import KINDS, PLACES, named, others
from steps.support.instruments import Drift, EstateDrift
from steps.support.limits import TIME
from steps.support.machines import EVERYBODY, Estate
from steps.support.openings import opened, permission
from steps.support.workloads import MICROSERVICES


@pytest.fixture
def applier(platform: Platform) -> Applier:
    """What applies what Git says."""
    return have(platform.actuators().own.applier)


@then("nothing differs from what Git says")
@declaration
def _(drift: Drift, faults: Journal) -> None:  # noqa: ARG001 - it looks at everything: nobody may be at work meanwhile
    eventually(drift.found, none("difference"), within=TIME.drift_undone)


@when("what Git says is applied again", target_fixture="before_applying")
def _(cluster: Cluster, applier: Applier) -> list[rollouts.Before]:
    before = [rollouts.before(cluster, name) for name in ("msvc1", "msvc2")]
    applier.apply_again()
    return before


@given(parsers.parse('somebody changed the number of replicas of "{name}" to {count:d} by hand'))
@when(parsers.parse('somebody changes the number of replicas of "{name}" to {count:d} by hand'))
def _(faults: Journal, name: str, count: int) -> None:
    faults.inject(Patch("apps/v1", "Deployment", name, MICROSERVICES, {"spec": {"replicas": count}}))


@when(parsers.parse('somebody changes the port of the service "{name}" to {port:d} by hand'))
def _(cluster: Cluster, faults: Journal, name: str, port: int) -> None:
    service: Any = cluster.fresh(Service, name, namespace=MICROSERVICES)
    ports = [{**p.to_dict(), "port": port} for p in service.spec.ports]
    faults.inject(Patch("v1", "Service", name, MICROSERVICES, {"spec": {"ports": [{"$patch": "replace"}, *ports]}}))


@given(parsers.parse('somebody removed the route to "{name}" by hand'))
@when(parsers.parse('somebody removes the route to "{name}" by hand'))
def _(faults: Journal, name: str) -> None:
    faults.inject(Delete("networking.k8s.io/v1", "Ingress", name, MICROSERVICES))


@when(parsers.parse('somebody notes "{text}" on the deployment "{name}"'))
def _(faults: Journal, text: str, name: str) -> None:
    noted = {"metadata": {"annotations": {"example.com/note": text}}}
    faults.inject(Patch("apps/v1", "Deployment", name, MICROSERVICES, noted))


@then(
    parsers.parse('it is found that "{field}" of the {kind} "{name}" should be "{wanted}" and is "{found}"'),
    target_fixture="drifted",
)
@states(wanted="microservices.{field}")
@declaration
def _(drift: Drift, field: str, kind: str, name: str, wanted: str, found: str) -> str:
    place = f"{kind.capitalize()} {MICROSERVICES}/{name} {PLACES[field]}"
    named_so = rows("differences", {place: {"wanted": wanted, "found": found}}, exactly=False)
    eventually(lambda: named(drift.found()), named_so, within=TIME.settle)
    return place


@then(parsers.parse('it is found that the route to "{name}" is missing'))
@declaration
def _(drift: Drift, name: str) -> None:
    place = f"Ingress {MICROSERVICES}/{name}"
    gone = rows("differences", {place: {"found": "missing"}}, exactly=False)
    eventually(lambda: named(drift.found()), gone, within=TIME.settle)


@when(parsers.parse('somebody puts a workload "{name}" into the namespace "{namespace}" by hand'))
def _(faults: Journal, name: str, namespace: str) -> None:
    faults.inject(Create(manifests.workload(name, namespace)))


@when(parsers.parse('somebody gives "{user}" a look at everything, by a binding "{name}"'))
def _(faults: Journal, user: str, name: str) -> None:
    faults.inject(Create(manifests.binding(name, user)))


@when(parsers.parse('somebody pauses the rollouts of "{name}" by hand'))
def _(faults: Journal, name: str) -> None:
    faults.inject(Patch("apps/v1", "Deployment", name, MICROSERVICES, {"spec": {"paused": True}}))


@then(parsers.parse('it is found that nobody agreed on the {kind} "{name}"'), target_fixture="drifted")
@declaration
def _(drift: Drift, kind: str, name: str) -> str:
    return _nobodys(drift, f"{KINDS[kind]} {name}")


@then(parsers.parse('it is found that the rollouts of "{name}" are paused, and by whom'), target_fixture="drifted")
@declaration
def _(drift: Drift, name: str) -> str:
    place = f"Deployment {MICROSERVICES}/{name} spec.paused"
    somebody = Matcher("somebody, at a time", lambda by: " at 2" in str(by))
    paused = rows("differences", {place: {"found": "True", "by": somebody}}, exactly=False)
    eventually(lambda: named(drift.found()), paused, within=TIME.settle)
    return place


@then("nothing else differs from what Git says")
@declaration
def _(drift: Drift, drifted: str) -> None:
    _nothing_but(drift, drifted)


@then("nothing of the estate differs from what was agreed")
@declaration
def _(estate_drift: EstateDrift, faults: Journal) -> None:  # noqa: ARG001 - of the whole estate: nobody may be at work meanwhile
    eventually(estate_drift.found, none("difference"), within=TIME.settle)


@then("kops would change nothing of it")
@declaration
def _(estate_drift: EstateDrift, faults: Journal) -> None:  # noqa: ARG001 - as above
    eventually(estate_drift.kops_would_change, none("change"), within=TIME.settle)


@when(parsers.parse("somebody opens port {port:d} of the nodes to everybody by hand"))
def _(estate: Estate, faults: Journal, port: int) -> None:
    faults.inject(opened(estate.group_of_nodes(), permission(port, IpRanges=[{"CidrIp": EVERYBODY}])))


@then(
    parsers.parse("it is found that nobody agreed on the opening of port {port:d} of the nodes to everybody"),
    target_fixture="drifted",
)
@declaration
def _(estate_drift: EstateDrift, platform: Platform, port: int) -> str:
    return _nobodys(estate_drift, f"security group nodes.{platform.facts.cluster} opening tcp {port} {EVERYBODY}")


@then("nothing else of the estate differs from what was agreed")
@declaration
def _(estate_drift: EstateDrift, drifted: str) -> None:
    _nothing_but(estate_drift, drifted)


def _nobodys(drift: Drift, place: str) -> str:
    """See that what is at *place* is found as something that nobody agreed on."""
    strange = rows("differences", {place: {"wanted": "missing", "found": "present"}}, exactly=False)
    eventually(lambda: named(drift.found()), strange, within=TIME.settle)
    return place


def _nothing_but(drift: Drift, drifted: str) -> None:
    """See that nothing differs but what has *drifted*."""
    eventually(lambda: others(named(drift.found()), drifted), none("other difference"), within=TIME.settle)

"""Words about connections between pods: who reaches whom."""

from __future__ import annotations

import uuid
from functools import partial

from lightkube.resources.networking_v1 import NetworkPolicy
from pytest_bdd import given, parsers, then

from seatrial import declaration
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import every
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from steps.support import connections, manifests
from steps.support.instruments import Policies
from steps.support.limits import TIME


@given("a pod of nobody's that tries every port of the platform's pods", target_fixture="stranger")
def _(policies: Policies, changes: Journal) -> str:
    name = f"trial-stranger-{uuid.uuid4().hex[:8]}"
    targets = policies.ports(*connections.NAMESPACES)
    changes.inject(Create(manifests.stranger(name, policies.image(), sorted(targets))))
    return name


@then(parsers.parse('it is let through to the ports of "{name}"'))
def _(policies: Policies, stranger: str, name: str) -> None:
    through = every(f"ports of {name}", least=3, told=connections.CONNECTED)
    eventually(partial(connections.of, policies, stranger, name), through, within=TIME.rollout)


@then(parsers.parse('it is let through to no port of a pod but those of "{name}"'))
def _(policies: Policies, stranger: str, name: str) -> None:
    away = every("ports", least=8, told=connections.TURNED_AWAY)
    eventually(partial(connections.but, policies, stranger, name), away, within=TIME.rollout)


@then("every namespace of the platform is set to turn away whoever is not named")
@declaration
def _(cluster: Cluster) -> None:
    closed = every("namespaces", least=4, turns_away=True)
    eventually(lambda: connections.closed(cluster.all(NetworkPolicy)), closed, within=TIME.settle)

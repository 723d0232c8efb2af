"""Words about the nodes of a cluster."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.words.rows import nodes
from seatrial.words.rows.objects import of_version


@then("every node is ready")
def _(cluster: Cluster) -> None:
    """Each node says that it is ready."""
    eventually(lambda: nodes.nodes(cluster), every("nodes", ready=True), within=TIME.settle)


@then("every node takes pods")
def _(cluster: Cluster) -> None:
    """No node is cordoned."""
    eventually(lambda: nodes.nodes(cluster), every("nodes", takes_pods=True), within=TIME.settle)


@then("no node is short of memory, disk or processes")
def _(cluster: Cluster) -> None:
    """No node reports one of these pressures."""
    eventually(lambda: nodes.nodes(cluster), every("nodes", short_of=set()), within=TIME.settle)


@then(parsers.parse("at least {count:d} nodes are ready"))
def _(cluster: Cluster, count: int) -> None:
    """So many nodes, or more, say that they are ready."""
    eventually(lambda: nodes.ready(cluster), every("ready nodes", least=count), within=TIME.settle)


@then(parsers.parse("nodes are ready in at least {count:d} zones"))
def _(cluster: Cluster, count: int) -> None:
    """In so many zones, or more, a node is ready; a zone is what nodes are labelled with."""
    eventually(lambda: nodes.zones(cluster), every("zones", least=count), within=TIME.settle)


@then(parsers.parse('every node runs Kubernetes "{version}"'))
def _(cluster: Cluster, version: str) -> None:
    """The kubelet of each node is of this version, such as 1.36 or 1.36.1."""
    eventually(lambda: nodes.nodes(cluster), every("nodes", version=of_version(version)), within=TIME.settle)

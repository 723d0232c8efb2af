"""Words about workloads: deployments, stateful sets, daemon sets, jobs."""

from __future__ import annotations

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Expectation, Rows, at_least, every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.words.rows import workloads
from seatrial.words.rows.objects import everywhere


def _complete(what: str) -> Expectation[Rows]:
    return every(what, ready_pods_lacking=0, new_pods_lacking=0, seen_by_its_controller=True)


@everywhere("every deployment is ready")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each Deployment has as many ready pods as it wants, all of them as it is written now."""
    whole = _complete("deployments")
    eventually(lambda: workloads.states(cluster, Deployment, namespace, without), whole, within=TIME.settle)


@everywhere("every stateful set is ready")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each StatefulSet has as many ready pods as it wants, all of them as it is written now."""
    whole = _complete("stateful sets")
    eventually(lambda: workloads.states(cluster, StatefulSet, namespace, without), whole, within=TIME.settle)


@everywhere("every daemon set is ready")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each DaemonSet has a ready pod on every node that it is meant for, all of them as it is written now."""
    whole = _complete("daemon sets")
    eventually(lambda: workloads.states(cluster, DaemonSet, namespace, without), whole, within=TIME.settle)


@then(parsers.parse('"{name}" runs with {count:d} ready pods in the namespace "{namespace}"'))
def _(cluster: Cluster, name: str, count: int, namespace: str) -> None:
    """The Deployment, StatefulSet or DaemonSet of that name wants this many pods, and has them ready."""
    running = every("workloads of that name", wanted=count, ready=count)
    eventually(lambda: workloads.named(cluster, name, namespace), running, within=TIME.settle)


@then(parsers.parse('the ready pods of "{name}" run on at least {count:d} nodes in the namespace "{namespace}"'))
def _(cluster: Cluster, name: str, count: int, namespace: str) -> None:
    """The ready pods of the workload of that name are spread over this many nodes, or more."""
    wide = every("workloads of that name", nodes=at_least(count))
    eventually(lambda: workloads.spread(cluster, name, namespace), wide, within=TIME.settle)


@then(parsers.parse('the ready pods of "{name}" run in at least {count:d} zones in the namespace "{namespace}"'))
def _(cluster: Cluster, name: str, count: int, namespace: str) -> None:
    """The ready pods of the workload of that name are spread over nodes of this many zones, or more."""
    wide = every("workloads of that name", zones=at_least(count))
    eventually(lambda: workloads.spread(cluster, name, namespace), wide, within=TIME.settle)


@everywhere("no rollout is stuck")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Of no Deployment has its controller said that a rollout makes no progress within its deadline."""
    on = every("deployments", stuck=False)
    eventually(lambda: workloads.rollouts(cluster, namespace, without), on, within=TIME.settle)


@everywhere("no job has failed")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """No Job has failed for good; one that will be tried again has not."""
    well = every("jobs", failed=False)
    eventually(lambda: workloads.jobs(cluster, namespace, without), well, within=TIME.settle)

"""Words about storage, quotas, network policies and warnings."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_most, every, none, one_of
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.scenarios.claims import declaration
from seatrial.words.rows import namespaces
from seatrial.words.rows.objects import everywhere


@everywhere("every claim to storage is bound")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each PersistentVolumeClaim has the volume that it asks for."""
    bound = every("claims", phase="Bound")
    eventually(lambda: namespaces.claims(cluster, namespace, without), bound, within=TIME.settle)


@then("no volume is left over")
def _(cluster: Cluster) -> None:
    """No PersistentVolume is released by its claim, or failed to be reclaimed."""
    wanted = every("volumes", phase=one_of("Available", "Bound", "Pending"))
    eventually(lambda: namespaces.volumes(cluster), wanted, within=TIME.settle)


@everywhere("no quota is used to more than {percent:d} percent")
def _(cluster: Cluster, percent: int, namespace: str = "", without: str = "") -> None:
    """Of everything that a ResourceQuota limits no more than that is used."""
    wanted = every("quotas", percent_used=at_most(percent))
    eventually(lambda: namespaces.used(cluster, namespace, without), wanted, within=TIME.settle)


@then("every namespace is set to have a quota")
@then(parsers.parse('every namespace is set to have a quota outside the namespaces "{without}"'))
@declaration
def _(cluster: Cluster, without: str = "") -> None:
    """Each namespace has a ResourceQuota."""
    wanted = every("namespaces", quota=True)
    eventually(lambda: namespaces.with_quota(cluster, without), wanted, within=TIME.settle)


@then("every namespace is set to have a network policy")
@then(parsers.parse('every namespace is set to have a network policy outside the namespaces "{without}"'))
@declaration
def _(cluster: Cluster, without: str = "") -> None:
    """Each namespace has a NetworkPolicy; whether anything enforces it is not seen."""
    wanted = every("namespaces", network_policy=True)
    eventually(lambda: namespaces.with_policy(cluster, without), wanted, within=TIME.settle)


@then(parsers.parse('the namespace "{namespace}" is set to let nobody in who is not named'))
@declaration
def _(cluster: Cluster, namespace: str) -> None:
    """A NetworkPolicy for all of its pods lets nobody in; whether anything enforces it is not seen."""
    wanted = every("namespaces of that name", lets_nobody_in=True)
    eventually(lambda: namespaces.closed(cluster, namespace), wanted, within=TIME.settle)


@everywhere("no warning was reported in the last {minutes:d} minutes")
def _(cluster: Cluster, minutes: int, namespace: str = "", without: str = "") -> None:
    """No Event of the type Warning is that new; Kubernetes forgets events after an hour."""
    quiet = none("warning")
    eventually(lambda: namespaces.warnings(cluster, minutes, namespace, without), quiet, within=TIME.settle)

"""Words that change something: not provable on a platform that is only looked at."""

from __future__ import annotations

from pytest_bdd import parsers, when

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import every
from seatrial.checks.limits import TIME
from seatrial.faults.journal import Journal
from seatrial.faults.kube import Delete
from seatrial.observers.cluster import Cluster
from seatrial.words.rows import workloads


@when(parsers.parse('one ready pod of "{name}" is removed in the namespace "{namespace}"'))
def _(cluster: Cluster, faults: Journal, name: str, namespace: str) -> None:
    """One of the workload's ready pods is deleted, and is seen to be gone: whoever is ready afterwards is another."""
    ready = eventually(lambda: workloads.ready_pods(cluster, name, namespace), every("ready pods"), within=TIME.settle)
    pod, row = next(iter(ready.items()))
    faults.inject(Delete("v1", "Pod", pod, namespace))
    gone = every("removed pods", there=False)
    eventually(lambda: workloads.still(cluster, pod, namespace, str(row["uid"])), gone, within=TIME.settle)

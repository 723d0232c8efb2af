"""Words about what pods are set to be allowed: a setting keeps out what the API server and the nodes enforce."""

from __future__ import annotations

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import covering, every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.scenarios.claims import declaration
from seatrial.words.rows import pods
from seatrial.words.rows.objects import everywhere


@everywhere("no container is set to be privileged")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """No container is given all of its node by `privileged`."""
    pods.all_set(cluster, namespace, without, privileged=False)


@everywhere("no container is set to be allowed to run as root")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container is kept from it by `runAsNonRoot`, or by a user other than 0."""
    pods.all_set(cluster, namespace, without, may_run_as_root=False)


@everywhere("no container is set to be allowed to gain privileges")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container says `allowPrivilegeEscalation: false`."""
    pods.all_set(cluster, namespace, without, may_gain_privileges=False)


@everywhere("every container is set to give up all capabilities")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container drops `ALL` of what root may do beside."""
    pods.all_set(cluster, namespace, without, gives_up=covering({"ALL"}))


@everywhere("every container is set to be unable to write to its root")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container says `readOnlyRootFilesystem: true`."""
    pods.all_set(cluster, namespace, without, may_write_to_its_root=False)


@everywhere("no pod is set to share anything of its node")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """No pod has the network, the processes, the messages or a folder of its node."""
    wanted = every("pods", shares=set())
    eventually(lambda: pods.shares(cluster, namespace, without), wanted, within=TIME.settle)

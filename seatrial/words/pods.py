"""Words about pods: what is seen of them."""

from __future__ import annotations

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_most, every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.words.rows import pods
from seatrial.words.rows.objects import everywhere


@everywhere("every pod is ready")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each pod that has not done its work, or is being removed, is ready to serve."""
    wanted = every("pods", ready=True)
    eventually(lambda: pods.states(cluster, namespace, without), wanted, within=TIME.settle)


@everywhere("no container was started anew more than {count:d} times")
def _(cluster: Cluster, count: int, namespace: str = "", without: str = "") -> None:
    """As often as that, and no more, has any container been started anew since its pod was made."""
    wanted = every("containers", started_anew=at_most(count))
    eventually(lambda: pods.starts(cluster, namespace, without), wanted, within=TIME.settle)


@everywhere("no container is kept from starting")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """No container waits for an image that cannot be pulled, for a setting that is not there, or after crashing."""
    wanted = every("containers", kept_by="")
    eventually(lambda: pods.starts(cluster, namespace, without), wanted, within=TIME.settle)


@everywhere("no container runs as root")
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """The nodes report of every running container that its user is another one than root."""
    wanted = every("running containers", as_root=False)
    eventually(lambda: pods.users(cluster, namespace, without), wanted, within=TIME.settle)

"""Words about what containers are set to be: checked, limited, of which image."""

from __future__ import annotations

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, covering, every
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.scenarios.claims import declaration
from seatrial.words.rows import pods
from seatrial.words.rows.objects import everywhere, listed


@everywhere("every container is set to be checked for being ready")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container has a `readinessProbe`."""
    wanted = every("containers", checked_for_being_ready=True)
    eventually(lambda: pods.serving(cluster, namespace, without), wanted, within=TIME.settle)


@everywhere("every container is set to be checked for being alive")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container has a `livenessProbe`."""
    wanted = every("containers", checked_for_being_alive=True)
    eventually(lambda: pods.serving(cluster, namespace, without), wanted, within=TIME.settle)


@everywhere("every container is set to say what it needs")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container requests an amount of `cpu` and of `memory`."""
    pods.all_set(cluster, namespace, without, needs=covering({"cpu", "memory"}))


@everywhere("every container is set to have a limit of memory")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each container has a limit of `memory`."""
    pods.all_set(cluster, namespace, without, limits=covering({"memory"}))


@everywhere("no container is set to run an image that may change")
@declaration
def _(cluster: Cluster, namespace: str = "", without: str = "") -> None:
    """Each image has a tag other than `latest`, or a digest."""
    pods.all_set(cluster, namespace, without, image_may_change=False)


@everywhere('every image is set to come from "{registry}" alone')
@declaration
def _(cluster: Cluster, registry: str, namespace: str = "", without: str = "") -> None:
    """Each image's name begins with one of these, with commas between."""
    wanted = every(
        "containers", image=Matcher(f"from {registry}", lambda image: image.startswith(tuple(listed(registry))))
    )
    eventually(lambda: pods.settings(cluster, namespace, without), wanted, within=TIME.settle)

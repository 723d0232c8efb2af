"""What a platform has in the container engine, found by its name alone, and removed."""

from __future__ import annotations

from pathlib import Path

from provision.delivery.server import remains as delivery_of
from provision.engine import Engine
from provision.targets.kind.cluster import KindCluster
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.network import LABEL, KindNetwork
from provision.targets.kind.tools_image import remove as remove_tools
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to

_GONE_SECONDS = 60.0
_LOOKS = 9  # in a row, over some three seconds


def remove(engine: Engine, team: str, folder: Path) -> list[str]:
    """Remove a platform's containers with their volumes, network, packet filter rules and image of tools; name them.

    Args:
        engine: The container engine.
        team: The platform's ``$TEAMID``.
        folder: The cluster's folder in the platform's state, which need not be there.
    """
    cluster = KindCluster(team, engine, {}, folder, lambda _text: None)
    removed = [f"container {name}" for name in cluster.containers()]

    def left() -> list[str]:
        there = cluster.containers()
        cluster.delete()
        return there

    # Nodes that the engine was making for somebody who was killed come up a moment later.
    eventually(left, equal_to([]), within=_GONE_SECONDS, times=1 if cluster.finished else _LOOKS)
    if servers := delivery_of(engine, f"{LABEL}={team}"):
        engine.run("rm", "--force", "--volumes", *servers)
        removed += [f"container {name}" for name in servers]
    network = KindNetwork(team, engine, (PODS, SERVICES))
    if network.look() is not None:
        removed.append(f"network {network.name}")
    network.remove()
    return [*removed, *remove_tools(engine, team)]

"""Breaks of how full the nodes are."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support import manifests
from steps.support.site import DAEMONSET, nodes, pods

_DENSITY = "features/density/density.feature"
_NOWHERE = {"spec": {"template": {"spec": {"nodeSelector": {"seatrial.dev/nowhere": ""}}}}}


def asked_too_much(site: Site) -> tuple[str, ...]:
    """Put a pod on a node by hand that asks for more than the node has."""
    node = str(nodes(site)[0].metadata.name)
    site.create(manifests.pod("greedy", "trial:1.0", memory="64Gi", node=node))
    return (node,)


def hardly_used(site: Site) -> tuple[str, ...]:
    """Have no collector run on any node."""
    for name in ("telegraf", "fluentd"):
        site.patch(DAEMONSET, name, "backing", _NOWHERE)
        until(f"no {name} runs", lambda of=name: not pods(site, of, "backing"))  # type: ignore[misc]
    return ()


SABOTAGES = (
    # with nothing that is rolled out: what matters more than this pod would take its place
    Sabotage(
        "a node is asked for more than it has",
        asked_too_much,
        f"{_DENSITY}::What is asked of a node fits its machine",
        rounds.MEMBERS,
        ("fits yes", "fits no"),
    ),
    Sabotage(
        "nodes that are hardly used",
        hardly_used,
        f"{_DENSITY}::The average of all nodes",
        rounds.MEMBERS,
        ("at least 7",),
    ),
)

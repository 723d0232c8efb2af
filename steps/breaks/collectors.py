"""Breaks of the collectors of logs and metrics."""

from __future__ import annotations

from lightkube.resources.core_v1 import Pod

from seatrial.faults import Delete
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import DAEMONSET, ZONE, masters, nodes, pods

_LOGS = "features/logs/logs.feature"


def collector_missing(site: Site) -> tuple[str, ...]:
    """Delete a collector that nothing makes anew: its DaemonSet is gone, and adopts the others when it returns."""
    pod = pods(site, "fluentd", "backing")[0]
    site.inject(Delete("apps/v1", "DaemonSet", "fluentd", "backing", cascade="Orphan"))
    until("the collectors are nobody's", lambda: not _owned(site))
    site.kube.delete(Pod, pod.metadata.name, namespace="backing", grace_period=0)  # its DaemonSet makes it anew
    return (pod.spec.nodeName,)


def _owned(site: Site) -> bool:
    return any(p.metadata.ownerReferences for p in pods(site, "fluentd", "backing"))


def collectors_missing(site: Site) -> tuple[str, ...]:
    """Have collectors of logs in one zone only."""
    one = "eu-west-1a"
    elsewhere = {n.metadata.name for n in (*nodes(site), *masters(site)) if n.metadata.labels[ZONE] != one}
    site.patch(DAEMONSET, "fluentd", "backing", {"spec": {"template": {"spec": {"nodeSelector": {ZONE: one}}}}})
    until("they are gone", lambda: not elsewhere & {p.spec.nodeName for p in pods(site, "fluentd", "backing")})
    return ()


SABOTAGES = (
    Sabotage(
        "a collector is missing",
        collector_missing,
        f"{_LOGS}::A ready collector on each member of the cluster",
        rounds.PLATFORM,
        ("collector ready", "collector missing"),
    ),
    Sabotage(
        "nodes without a collector",
        collectors_missing,
        f"{_LOGS}::A line from every node",
        rounds.LOGS,
        ("line not found", "1 other as expected"),
    ),
)

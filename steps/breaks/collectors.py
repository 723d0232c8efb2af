"""Breaks of the collectors of logs and metrics: where they run, and where they send to."""

from __future__ import annotations

from lightkube.resources.core_v1 import Pod

from seatrial.faults import Delete
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import DAEMONSET, DEPLOYMENT, ZONE, container, masters, nodes, pods

_LOGS, _METRICS = "features/logs/logs.feature", "features/metrics/metrics.feature"


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


def metrics_of_one_zone(site: Site) -> tuple[str, ...]:
    """Have collectors of metrics in one zone only."""
    one = "eu-west-1a"
    elsewhere = {n.metadata.name for n in (*nodes(site), *masters(site)) if n.metadata.labels[ZONE] != one}
    site.patch(DAEMONSET, "telegraf", "backing", {"spec": {"template": {"spec": {"nodeSelector": {ZONE: one}}}}})
    until("they are gone", lambda: not elsewhere & {p.spec.nodeName for p in pods(site, "telegraf", "backing")})
    return (min(elsewhere),)


def sent_nowhere(site: Site) -> tuple[str, ...]:
    told = [{"name": "FLUENT_ELASTICSEARCH_HOST", "value": "nowhere"}]
    site.patch(DAEMONSET, "fluentd", "backing", container("fluentd", env=told))
    return ("fluentd/fluentd",)


def reported_elsewhere(site: Site) -> tuple[str, ...]:
    told = [{"name": "INFLUXDB_URL", "value": "http://influxdb.elsewhere:1"}]
    site.patch(DEPLOYMENT, "msvc1", "microservices", container("msvc1", env=told))
    return ("msvc1/msvc1",)


def reported_to_nobodys_database(site: Site) -> tuple[str, ...]:
    told = [{"name": "INFLUXDB_DATABASE", "value": "nowhere"}]
    site.patch(DEPLOYMENT, "msvc2", "microservices", container("msvc2", env=told))
    return ("msvc2/msvc2",)


SABOTAGES = (
    Sabotage(
        "logs are sent nowhere",
        sent_nowhere,
        f"{_LOGS}::A collector reads what the containers of its node write",
        rounds.ASTRAY,
        ("sends to elasticsearch:9200", "sends to nowhere:9200"),
    ),
    Sabotage(
        "metrics are reported elsewhere",
        reported_elsewhere,
        f"{_METRICS}::Microservices are told where to report",
        rounds.ASTRAY,
        ("store http://influxdb.elsewhere:1",),
    ),
    Sabotage(
        "metrics are reported to another database",
        reported_to_nobodys_database,
        f"{_METRICS}::Microservices are told where to report",
        rounds.STRAYS,
        ("database metrics", "database nowhere"),
    ),
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
    Sabotage(
        "members without a collector of metrics",
        metrics_of_one_zone,
        f"{_METRICS}::A ready collector on each member of the cluster",
        rounds.ASTRAY,
        ("collector ready", "collector missing"),
    ),
)

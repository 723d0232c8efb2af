"""Breaks of what collectors send: nothing arrives, or what nobody has sent; where programs run for real."""

from __future__ import annotations

from typing import Any

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.collectors import reported_elsewhere
from steps.breaks.density import hardly_used
from steps.breaks.visitors import without
from steps.support.site import DEPLOYMENT, masters

_LOGS, _METRICS = "features/logs/logs.feature", "features/metrics/metrics.feature"
_DATA = "features/storage/data.feature"
_MINUTE = 60


def nobody_collects(site: Site) -> tuple[str, ...]:
    """Have no collector run, and what was collected be older than what is asked for."""
    hardly_used(site)
    until("nothing of the last minute is there", lambda: not _metrics(site).hosts(_MINUTE))
    return ()


def first_member_unmeasured(site: Site) -> tuple[str, ...]:
    nobody_collects(site)
    return (str(masters(site)[0].metadata.name),)


def microservice_unmeasured(site: Site) -> tuple[str, ...]:
    reported_elsewhere(site)
    until("it has reported nothing of late", lambda: "msvc1" not in _metrics(site).services(_MINUTE))
    return ("msvc1",)


def ghost_measured(site: Site) -> tuple[str, ...]:
    """Report, for as long as anybody may look, how busy a node is that there is none of."""
    http = site.kube._client._client  # noqa: SLF001 - lightkube has no public way to a proxied request
    service = "/api/v1/namespaces/backing/services/influxdb:8086/proxy"

    def report() -> None:
        http.post(f"{service}/write?db=metrics", content="cpu,host=ghost usage_idle=1").raise_for_status()

    site.beside(report)
    until("it is measured", lambda: "ghost" in _metrics(site).hosts(_MINUTE))
    return ("ghost",)


def _metrics(site: Site) -> Any:
    return site.platform.instruments()["metrics"]


SABOTAGES = (
    Sabotage(
        "nobody measures a member",
        first_member_unmeasured,
        f"{_METRICS}::Metrics of every node arrive",
        rounds.COLLECTORS,
        ("missing",),
    ),
    Sabotage(
        "a graph of nothing", nobody_collects, f"{_METRICS}::A graph shows something", rounds.COLLECTORS, ("series",)
    ),
    Sabotage(
        "nobody collects lines",
        nobody_collects,
        f"{_LOGS}::A line is found with the name of its pod",
        rounds.COLLECTORS,
        ("line not found",),
    ),
    Sabotage(
        "a node that there is none of",
        ghost_measured,
        f"{_METRICS}::A node that does not exist",
        rounds.STREAMS,
        ("not among the hosts",),
    ),
    Sabotage(
        "a microservice reports elsewhere",
        microservice_unmeasured,
        f"{_METRICS}::Metrics of msvc1 arrive",
        rounds.COLLECTORS,
        ("missing",),
    ),
    Sabotage(
        "the source of the graphs does not run",
        without(DEPLOYMENT, "influxdb", "backing"),
        f"{_METRICS}::The graphs know their source",
        rounds.SERVICES,
        ("healthy yes",),
    ),
    Sabotage(
        "the front end does not run",
        without(DEPLOYMENT, "kibana", "backing"),
        f"{_LOGS}::The front end is there",
        rounds.SERVICES,
        ("status 200",),
    ),
)

_MADE_UP = "it looks for what was made up a moment before: only a store that says yes to anything could break it"
UNCHALLENGED = {
    f"{_LOGS}::A line that nobody wrote": _MADE_UP,
    f"{_DATA}::A document that nobody stored": _MADE_UP,
}

"""Breaks of how ingress controllers are looked after: what they are asked, and what they show."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import DAEMONSET, DEPLOYMENT, container, pods

_CONTROLLERS, _CONTROLLER = "features/ingress/controllers.feature", "ingress-controller"


def status_elsewhere(site: Site) -> tuple[str, ...]:
    """Have the health checks ask for a page that no controller has."""
    told = [{"name": "HEALTH_CHECK_PATH", "value": "/nowhere"}]
    site.patch(DEPLOYMENT, "dns-updater", "dns", container("dns-updater", env=told))
    return ()


def check_by_a_connection(site: Site) -> tuple[str, ...]:
    """Have a controller that hangs count as alive: it takes connections still."""
    controller = site.read(DAEMONSET, _CONTROLLER, "ingress")["spec"]["template"]["spec"]["containers"][0]["name"]
    probe = {"$patch": "replace", "tcpSocket": {"port": "http"}}
    site.patch(DAEMONSET, _CONTROLLER, "ingress", container(controller, livenessProbe=probe))
    until("a controller is checked so", lambda: _connected_to(site))
    return (_connected_to(site)[0],)


def _connected_to(site: Site) -> list[str]:
    placed = (p for p in pods(site, _CONTROLLER, "ingress") if p.spec.nodeName)
    return [str(p.spec.nodeName) for p in placed if p.spec.containers[0].livenessProbe.tcpSocket]


SABOTAGES = (
    Sabotage(
        "a controller is alive while it takes connections",
        check_by_a_connection,
        f"{_CONTROLLERS}::A controller is checked for being ready and being alive",
        rounds.MAINTENANCE,
        ("asked for being alive yes", "asked for being alive no"),
    ),
    Sabotage(
        "a status that is not where it is asked for",
        status_elsewhere,
        f"{_CONTROLLERS}::The status of a controller",
        rounds.STATUS,
        ("status 200", "status 404"),
    ),
)

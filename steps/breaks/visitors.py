"""Breaks of what visitors are shown, where pods run for real."""

from __future__ import annotations

from collections.abc import Callable

from lightkube.resources.core_v1 import Pod

from seatrial.sabotage import Break, Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.ingress import door_moved, nobody_to_say_so, route_astray
from steps.breaks.names import nobody_checks
from steps.support.names import fqdn
from steps.support.site import DEPLOYMENT, INGRESS, STATEFULSET, begun, gone, once, pods

_ROUTING, _CONTROLLERS = "features/ingress/routing.feature", "features/ingress/controllers.feature"
_OUTAGES, _RESTART = "features/outages/visitors.feature", "features/outages/restart.feature"
_MICROSERVICES, _BACKING = "features/services/microservices.feature", "features/services/backing.feature"
_REMOVED = f"{_CONTROLLERS}::Requests go on while a controller is removed"
_MOVED = f"{_ROUTING}::A visitor notices nothing"
_SWAPPED = f"{_CONTROLLERS}::Another maker's controller takes over"
_CRASHES = f"{_OUTAGES}::A pod crashes"


def without(kind: str, name: str, namespace: str) -> Break:
    """Have no pod of a workload run."""

    def break_(site: Site) -> tuple[str, ...]:
        site.patch(kind, name, namespace, {"spec": {"replicas": 0}})
        until(f"{name} is gone", lambda: gone(site, name, namespace))
        return ()

    return break_


def as_soon_as(scenario: str, act: Callable[[Site], object]) -> Break:
    """Do something as soon as a scenario has begun what it does."""

    def break_(site: Site) -> tuple[str, ...]:
        once(site, lambda: begun(site, scenario), lambda: act(site))
        return ()

    return break_


def all_end(site: Site, name: str, namespace: str) -> None:
    """Have all pods of a workload end at once; others take their place, so that nothing of it has to be undone."""
    for pod in pods(site, name, namespace):
        site.kube.delete(Pod, pod.metadata.name, namespace=namespace, grace_period=0)


def msvc1_ends(site: Site) -> None:
    all_end(site, "msvc1", "microservices")


def controllers_end(site: Site) -> None:
    all_end(site, "ingress-controller", "ingress")


def route_of_msvc1_removed(site: Site) -> tuple[str, ...]:
    site.delete(INGRESS, "msvc1", "microservices")
    return ()


def pages_of_msvc2_gone(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "msvc2", "microservices", {"spec": {"replicas": 0}})
    until("msvc2 is gone", lambda: gone(site, "msvc2", "microservices"))
    return ("msvc2",)


def status_moved(site: Site) -> tuple[str, ...]:
    """Have the status of the controllers at another port than the one that is asked."""
    door_moved(site)
    return ()


def astray(site: Site) -> tuple[str, ...]:
    route_astray(site)
    return (fqdn(site.platform, "msvc1").partition(".")[0],)


_NO_DATABASE, _NO_ELASTICSEARCH = (
    without(STATEFULSET, "mongodb", "backing"),
    without(DEPLOYMENT, "elasticsearch", "backing"),
)

SABOTAGES = (
    Sabotage(
        "controllers that say how they are elsewhere",
        status_moved,
        f"{_CONTROLLERS}::The status of a controller",
        rounds.SERVICES,
        ("no answer to GET", "18080"),
    ),
    *(
        Sabotage(f"a route leads astray {when}", astray, scenario, round_, ("page of msvc1",))
        for when, scenario, round_ in (
            (
                "behind another maker's controller",
                _SWAPPED,
                rounds.POWER,
            ),
            # not beside a stranger's certificate, at which a visitor turns round
            ("at every node", f"{_ROUTING}::Every node takes in the visitors of a name", rounds.LOGS),
            ("after a restart", f"{_RESTART}::All machines lose their power and get it back", rounds.POWER),
        )
    ),
    Sabotage(
        "the default backend does not run",
        nobody_to_say_so,
        f"{_ROUTING}::The default backend is healthy",
        rounds.WAY_IN,
        ("status 200",),
        by_words=True,
    ),
    Sabotage(
        "all controllers end",
        as_soon_as(_REMOVED, controllers_end),
        _REMOVED,
        rounds.STREAMS,
        ("expected at most 1 in 100 to fail",),
    ),
    Sabotage(
        "all pods end when one moves",
        as_soon_as(f"{_MOVED} when pods move", msvc1_ends),
        f"{_MOVED} when pods move",
        rounds.STREAMS,
        ("expected at most 1 in 100 to fail",),
    ),
    Sabotage(
        "all pods end when one crashes", as_soon_as(_CRASHES, msvc1_ends), _CRASHES, rounds.STREAMS, ("missing among",)
    ),
    *(
        Sabotage(
            f"nobody's health counts when {when}",
            nobody_checks,
            f"{_OUTAGES}::{scenario}",
            rounds.HEALTH,
            ("leaves the answers",),
            by_words=True,
        )
        for when, scenario in (
            ("a node is cut off", "A node is cut off from the network"),
            ("a zone is lost", "Everything in a zone is lost"),
        )
    ),
    Sabotage(
        "a microservice shows nothing",
        pages_of_msvc2_gone,
        f"{_MICROSERVICES}::The page of msvc2",
        rounds.SERVICES,
        ("status 200",),
    ),
    Sabotage(
        "a database that does not run",
        _NO_DATABASE,
        f"{_MICROSERVICES}::What a program stores is kept in the database",
        rounds.SERVICES,
        ("expected the entry to be stored",),
    ),
    Sabotage(
        "nobody refuses what makes no sense",
        route_of_msvc1_removed,
        f"{_MICROSERVICES}::An entry that makes no sense is refused",
        rounds.DATA,
        ("status 400", "status 404"),
    ),
    Sabotage(
        "a backing service answers nobody",
        _NO_ELASTICSEARCH,
        f"{_BACKING}::They answer at their names",
        rounds.SERVICES,
        ("phase Succeeded",),
    ),
)

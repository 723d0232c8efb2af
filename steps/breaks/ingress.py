"""Breaks of the way in: controllers, routes, whoever answers for unknown names."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.names import fqdn
from steps.support.site import DAEMONSET, DEPLOYMENT, INGRESS, ZONE, container, gone, masters, nodes, pods

_ROUTING, _CONTROLLERS = "features/ingress/routing.feature", "features/ingress/controllers.feature"
_CONTROLLER = "ingress-controller"


def door_moved(site: Site) -> tuple[str, ...]:
    controller = site.read(DAEMONSET, "ingress-controller", "ingress")["spec"]["template"]["spec"]["containers"][0]
    ports = [p | ({"hostPort": 18081} if p.get("hostPort") == 18080 else {}) for p in controller["ports"]]  # noqa: PLR2004
    moved = container(controller["name"], ports=[{"$patch": "replace"}, *ports])
    site.patch(DAEMONSET, "ingress-controller", "ingress", moved)
    until("a controller has another host port", lambda: _with_port(site, 18081))
    return (str(_with_port(site, 18081)[0]),)


def _with_port(site: Site, port: int) -> list[str]:
    placed = (p for p in pods(site, "ingress-controller", "ingress") if p.spec.nodeName)  # a new one is on none yet
    return [p.spec.nodeName for p in placed if any(d.hostPort == port for d in p.spec.containers[0].ports)]


def route_removed(site: Site) -> tuple[str, ...]:
    site.delete(INGRESS, "msvc2", "microservices")
    return (fqdn(site.platform, "msvc2"),)


def route_astray(site: Site) -> tuple[str, ...]:
    """Lead the visitors of one microservice to the other."""
    rules = site.read(INGRESS, "msvc1", "microservices")["spec"]["rules"]
    rules[0]["http"]["paths"][0]["backend"]["service"]["name"] = "msvc2"
    site.patch(INGRESS, "msvc1", "microservices", {"spec": {"rules": rules}})
    return (nodes(site)[0].metadata.name,)


def route_too_many(site: Site) -> tuple[str, ...]:
    """Give the name of one microservice to the other as well, by another object."""
    route = site.read(INGRESS, "msvc1", "microservices")
    rules = route["spec"]["rules"]
    rules[0]["http"]["paths"][0]["backend"]["service"]["name"] = "msvc2"
    meta = {"name": "aaa", "namespace": "microservices"}
    site.create({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta,
                 "spec": route["spec"] | {"rules": rules}})  # fmt: skip
    return (fqdn(site.platform, "msvc1"),)


def strangers_taken_in(site: Site) -> tuple[str, ...]:
    """Have a microservice take in whoever asks for a name that nobody has."""
    taken = {"service": {"name": "msvc2", "port": {"name": "http"}}}
    site.patch(INGRESS, "msvc2", "microservices", {"spec": {"defaultBackend": taken}})
    return ("any other name",)


def route_of_one_path(site: Site) -> tuple[str, ...]:
    rules = site.read(INGRESS, "msvc1", "microservices")["spec"]["rules"]
    rules[0]["http"]["paths"][0] |= {"path": "/nowhere", "pathType": "Exact"}
    site.patch(INGRESS, "msvc1", "microservices", {"spec": {"rules": rules}})
    return (fqdn(site.platform, "msvc1"),)


def route_to_a_closed_port(site: Site) -> tuple[str, ...]:
    port = {**site.read("v1 Service", "msvc2", "microservices")["spec"]["ports"][0], "targetPort": 1}
    site.patch("v1 Service", "msvc2", "microservices", {"spec": {"ports": [{"$patch": "replace"}, port]}})
    return (fqdn(site.platform, "msvc2"),)


def makers_language(site: Site) -> tuple[str, ...]:
    told = {"nginx.org/lb-method": "ip_hash"}
    site.patch(INGRESS, "msvc2", "microservices", {"metadata": {"annotations": told}})
    return ("microservices/msvc2", "nginx.org/lb-method")


def check_of_a_closed_port(site: Site) -> tuple[str, ...]:
    """Have a controller checked at a port that nobody opens."""
    controller = site.read(DAEMONSET, _CONTROLLER, "ingress")["spec"]["template"]["spec"]["containers"][0]["name"]
    probe = {"$patch": "replace", "httpGet": {"path": "/", "port": 9}}
    site.patch(DAEMONSET, _CONTROLLER, "ingress", container(controller, readinessProbe=probe))
    until("a controller is checked so", lambda: _checked_at(site, 9))
    return (str(_checked_at(site, 9)[0]),)


def _checked_at(site: Site, port: int) -> list[str]:
    placed = (p for p in pods(site, _CONTROLLER, "ingress") if p.spec.nodeName)
    return [p.spec.nodeName for p in placed if p.spec.containers[0].readinessProbe.httpGet.port == port]


def controllers_missing(site: Site) -> tuple[str, ...]:
    """Have controllers in one zone only; whoever keeps the names is held meanwhile."""
    selected = {"spec": {"template": {"spec": {"nodeSelector": {ZONE: nodes(site)[0].metadata.labels[ZONE]}}}}}
    site.patch(DAEMONSET, "ingress-controller", "ingress", selected)
    gone_from = nodes(site)[2].metadata.name
    until("they are gone", lambda: gone_from not in {p.spec.nodeName for p in pods(site, _CONTROLLER, "ingress")})
    return (gone_from,)


def controller_too_many(site: Site) -> tuple[str, ...]:
    """Have controllers on masters as well."""
    anywhere = {"affinity": None, "tolerations": [{"operator": "Exists"}]}
    site.patch(DAEMONSET, _CONTROLLER, "ingress", {"spec": {"template": {"spec": anywhere}}})
    master = masters(site)[0].metadata.name
    until("a master has one", lambda: master in {p.spec.nodeName for p in pods(site, _CONTROLLER, "ingress")})
    return (master,)


def nobody_to_say_so(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "default-backend", "ingress", {"spec": {"replicas": 0}})
    until("the default backend is gone", lambda: gone(site, "default-backend", "ingress"))
    return ("default-backend",)


SABOTAGES = (
    Sabotage(
        "a controller has another host port",
        door_moved,
        f"{_CONTROLLERS}::The host ports of the node",
        rounds.PLATFORM,
        ("18080", "18081"),
    ),
    Sabotage(
        "two routes for one name",
        route_too_many,
        f"{_ROUTING}::The routes to the microservices",
        rounds.ASTRAY,
        ("service msvc1", "service msvc1 msvc2"),
    ),
    Sabotage(
        "a route for one path",
        route_of_one_path,
        f"{_ROUTING}::The routes to the microservices",
        rounds.STRAYS,
        ("paths /", "paths Exact /nowhere"),
    ),
    Sabotage(
        "a route that ends at a closed port",
        route_to_a_closed_port,
        f"{_ROUTING}::The routes to the microservices",
        rounds.MEMBERS,  # not beside another port of another service, which the scenario would name first
        ("ends at an open port yes", "ends at an open port no"),
    ),
    Sabotage(
        "a route in its maker's words",
        makers_language,
        f"{_CONTROLLERS}::Routes speak no maker's language",
        rounds.PLATFORM,
    ),
    Sabotage(
        "a controller is checked at a closed port",
        check_of_a_closed_port,
        f"{_CONTROLLERS}::A controller is checked for being ready and being alive",
        rounds.ASTRAY,
        ("checked for being ready yes", "checked for being ready no"),
    ),
    Sabotage(
        "nodes without a controller",
        controllers_missing,
        f"{_CONTROLLERS}::A ready controller on each node",
        rounds.UPDATER,
        ("controller ready", "controller missing"),
    ),
    Sabotage(
        "a controller on a master",
        controller_too_many,
        f"{_CONTROLLERS}::A ready controller on each node",
        rounds.STRAYS,
        ("controller one too many",),
    ),
    Sabotage(
        "nobody says that a name is unknown",
        nobody_to_say_so,
        f"{_ROUTING}::There is somebody to say so",
        rounds.PLATFORM,
        ("ends at an open port no",),
    ),
    Sabotage(
        "a microservice takes in who asks for an unknown name",
        strangers_taken_in,
        f"{_ROUTING}::There is somebody to say so",
        rounds.ASTRAY,
        ("service default-backend", "service default-backend msvc2"),
    ),
    Sabotage(
        "a route is missing",
        route_removed,
        f"{_ROUTING}::The routes to the microservices",
        rounds.MAINTENANCE,
        ("missing among",),
    ),
    Sabotage(
        "a route leads astray", route_astray, f"{_ROUTING}::A visitor of msvc1", rounds.WAY_IN, ("page of msvc1",)
    ),
    Sabotage(
        "a visitor is not told that a name is unknown",
        nobody_to_say_so,
        f"{_ROUTING}::An unknown name",
        rounds.WAY_IN,
        ("status 404",),
        by_words=True,
    ),
)

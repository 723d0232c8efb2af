"""Breaks by whoever should be at work and is not: controllers, schedulers, what stands for the cloud's own hands."""

from __future__ import annotations

from typing import Any

from lightkube.resources.coordination_v1 import Lease

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import INSTANCE, ZONE, masters, nodes, there

_REPLACEMENT = "features/cluster/replacement.feature"
_TRIGGERS = "features/rollouts/triggers.feature"
_LEADERS = ("kube-controller-manager", "kube-scheduler")


def nobody(site: Site) -> tuple[str, ...]:
    """Have nobody lead any more, and the platform say so, whatever else is lost meanwhile."""
    for name in _LEADERS:
        if there(site, Lease, name, namespace="kube-system"):
            site.delete("coordination.k8s.io/v1 Lease", name, "kube-system")
    until("nobody leads", lambda: [one for one in site.actuators.unwhole() if "leads" in one])
    return ()


def no_other_node(site: Site) -> tuple[str, ...]:
    nobody(site)
    return (_machine(nodes(site), "eu-west-1b"),)


def no_other_master(site: Site) -> tuple[str, ...]:
    nobody(site)
    return (_machine(masters(site), "eu-west-1c"),)


def _machine(members: list[Any], zone: str) -> str:
    return next(str(m.metadata.labels[INSTANCE]) for m in members if m.metadata.labels[ZONE] == zone)


SABOTAGES = (
    # before one of the three is lost
    Sabotage(
        "nobody takes a member away",
        nobody,
        "features/storage/data.feature::A claim outlives its member",
        rounds.NOBODY,
        ("there 2", "there 3"),
    ),
    Sabotage(
        "a machine that never joins",
        nobody,
        "features/cluster/growth.feature::One more node",
        rounds.NOBODY,
        ("at least 2", "nodes in eu-west-1b"),
    ),
    Sabotage("nobody rolls out", nobody, f"{_TRIGGERS}::Another image", rounds.NOBODY, ("new yes", "new no")),
    Sabotage(
        "nobody makes new pods", nobody, f"{_TRIGGERS}::Another label on the pods", rounds.NOBODY, ("new yes", "new no")
    ),
    Sabotage(
        "nobody adds a pod", nobody, f"{_TRIGGERS}::Another number of replicas", rounds.NOBODY, ("there 3", "there 2")
    ),
    *(
        Sabotage(f"nobody replaces {what}", nobody, scenario, rounds.NOBODY, words)
        for what, scenario, words in (
            (
                "a pod of a backing service",
                "features/services/backing.feature::A pod that is removed is replaced",
                ("grafana", "lacking 0", "lacking 1"),
            ),
            (
                "a pod of a microservice",
                "features/services/microservices.feature::A pod that is removed is replaced",
                ("msvc2", "lacking 0", "lacking 1"),
            ),
            (
                "a pod that is moved",
                "features/ingress/routing.feature::A service follows its pods when they move",
                ("msvc1", "lacking 0", "lacking 1"),
            ),
            (
                "a controller",
                "features/ingress/controllers.feature::A controller that is removed comes back to its node",
                ("controller ready", "controller missing"),
            ),
            (
                "a collector",
                "features/logs/logs.feature::A collector that is removed comes back",
                ("collector ready", "collector missing"),
            ),
            (
                "a member of the database",
                "features/storage/data.feature::A member is removed",
                ("mongodb-1", "missing among"),
            ),
        )
    ),
    Sabotage(
        "nobody says why a pod is not placed",
        nobody,
        "features/density/density.feature::A pod that no machine can carry",
        rounds.NOBODY,
        ("for want of memory",),
    ),
    Sabotage(
        "nobody makes another node",
        no_other_node,
        f"{_REPLACEMENT}::A node is lost for good",
        rounds.NOBODY,
        ("machine not i-",),
    ),
    Sabotage(
        "nobody makes another master",
        no_other_master,
        f"{_REPLACEMENT}::A master is lost for good",
        rounds.NOBODY,
        ("machine not i-",),
    ),
)

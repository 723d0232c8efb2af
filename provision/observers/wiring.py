"""The observers of a platform with real containers, as far as the images that they need can be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from lightkube import Client

from provision.observers.containers import Containers
from provision.observers.exchanges import Exchanges
from provision.observers.forward import Forward
from provision.observers.http import Http
from provision.observers.logs import Logs
from provision.observers.members import Members
from provision.observers.metrics import Metrics
from provision.observers.mongodb import MongoDb
from provision.observers.visits import Visits
from provision.registry import Registry
from seatrial.checks.observer import Absent, Fidelity, Observer

Had = Mapping[str, Fidelity | Absent]
"""How each component's image was had, by the component's name: the real one, a stand-in, or not at all and why."""

T = TypeVar("T")

_MONGODB_PORT = 27017


@dataclass(frozen=True)
class Ways:
    """By which ways a platform is observed and acted on; what does either to one part of it shares one way.

    Attributes:
        connect: Makes a client of the cluster's API.
        visits: How visitors come in.
        database: The members of the database.
        registry: The registry that the nodes pull from.
        images: The full names of its images by short name, ``tools`` among them.
        containers: The last questions about containers and their images.
    """

    connect: Callable[[], Client]
    visits: Visits
    database: Members
    registry: Registry
    images: Mapping[str, str]
    containers: Exchanges = field(default_factory=Exchanges)


def observers(ways: Ways, had: Had, controller: str) -> dict[str, Observer | Absent]:
    """Return each observer by name, or what stands for one whose images cannot be had.

    Args:
        ways: By which ways they observe.
        had: How the images were had.
        controller: The component of the ingress controller that runs, such as ``ingress-skipper``.
    """
    return {
        "http": as_true_as("http", had, (controller,), lambda fidelity: Http(ways.visits, fidelity=fidelity)),
        "mongodb": as_true_as("mongodb", had, ("mongodb",), lambda fidelity: MongoDb(ways.database, fidelity=fidelity)),
        "logs": as_true_as(
            "logs", had, ("elasticsearch", "fluentd"), lambda fidelity: Logs(ways.connect, fidelity=fidelity)
        ),
        "metrics": as_true_as(
            "metrics",
            had,
            ("influxdb", "telegraf"),
            lambda fidelity: Metrics(ways.connect, fidelity=fidelity, graphs=_of(had, "grafana")),
        ),
        "containers": Containers(ways.connect, ways.images, ways.containers, fidelity=Fidelity.REAL),
    }


def as_true_as(name: str, had: Had, needs: Sequence[str], make: Callable[[Fidelity], T]) -> T | Absent:
    """Make an instrument that is as true as the weakest of what it *needs*, unless any of that cannot be had."""
    found = [_of(had, need) for need in needs]
    lacking = [how.reason for how in found if isinstance(how, Absent)]
    if lacking:
        return Absent(name, "; ".join(lacking))
    return make(min(how for how in found if isinstance(how, Fidelity)))


def database(forward: Forward, names: Sequence[str], had: Had) -> Members:
    """Return the members of the database, whose pods are called *names*."""
    reach = partial(forward.open, "backing", port=_MONGODB_PORT)
    if _of(had, "mongodb") is Fidelity.REAL:
        return Members(lambda: names, reach)
    # Members of a stand-in know nothing of one another: everybody asks the first.
    return Members(lambda: names[:1], reach, Absent("replica set", "image mongodb cannot be had"))


def cannot_be_had(had: Had) -> frozenset[str]:
    """Name the components whose images cannot be had."""
    return frozenset(name for name, how in had.items() if isinstance(how, Absent))


def stand_ins(had: Had) -> frozenset[str]:
    """Name the components that another program stands in for."""
    return frozenset(name for name, how in had.items() if how is Fidelity.SIMULATED)


def _of(had: Had, name: str) -> Fidelity | Absent:
    return had.get(name, Fidelity.REAL)

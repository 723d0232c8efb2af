"""The observers of a platform with real containers, as far as the images that they need can be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lightkube import Client

from provision.observers.containers import Containers
from provision.observers.forward import Forward
from provision.observers.http import Door, Http
from provision.observers.logs import Logs
from provision.observers.metrics import Metrics
from provision.observers.mongodb import MongoDb
from provision.observers.registry import Registry
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.dns import Dns

Had = Mapping[str, Fidelity | Absent]
"""How each component's image was had, by the component's name: the real one, a stand-in, or not at all and why."""

_MONGODB_PORT = 27017


@dataclass(frozen=True)
class Ways:
    """By which ways a platform is observed.

    Attributes:
        connect: Makes a client of the cluster's API.
        dns: The platform's name server.
        doors: Gives every node that takes visitors in, by its name.
        ca: The authority of the platform's certificates, in PEM.
        forward: Opens ways to pods.
        members: Names the pods of the database.
        registry: The registry that the nodes pull from.
        images: The full names of its images by short name, ``tools`` among them.
    """

    connect: Callable[[], Client]
    dns: Dns
    doors: Callable[[], Mapping[str, Door]]
    ca: Path
    forward: Forward
    members: Sequence[str]
    registry: Registry
    images: Mapping[str, str]


def observers(ways: Ways, had: Had, controller: str) -> dict[str, Observer | Absent]:
    """Return each observer by name, or what stands for one whose images cannot be had.

    Args:
        ways: By which ways they observe.
        had: How the images were had.
        controller: The component of the ingress controller that runs, such as ``ingress-skipper``.
    """
    return {
        "http": _with(
            "http", had, (controller,), lambda fidelity: Http(ways.dns, ways.doors, ways.ca, fidelity=fidelity)
        ),
        "mongodb": _with("mongodb", had, ("mongodb",), partial(_mongodb, ways)),
        "logs": _with(
            "logs", had, ("elasticsearch", "fluentd"), lambda fidelity: Logs(ways.connect, fidelity=fidelity)
        ),
        "metrics": _with(
            "metrics",
            had,
            ("influxdb", "telegraf"),
            lambda fidelity: Metrics(ways.connect, fidelity=fidelity, graphs=_of(had, "grafana")),
        ),
        "containers": Containers(ways.connect, ways.registry, ways.images, fidelity=Fidelity.REAL),
    }


def facts(had: Had) -> dict[str, str]:
    """Return what words need to know of images: ``cannot_be_had`` and ``stand_ins``, each names with spaces between."""
    return {
        "cannot_be_had": " ".join(sorted(name for name, how in had.items() if isinstance(how, Absent))),
        "stand_ins": " ".join(sorted(name for name, how in had.items() if how is Fidelity.SIMULATED)),
    }


def _mongodb(ways: Ways, fidelity: Fidelity) -> MongoDb:
    reach = partial(ways.forward.open, "backing", port=_MONGODB_PORT)
    if fidelity is Fidelity.REAL:
        return MongoDb(lambda: ways.members, reach, fidelity=fidelity)
    # Members of a stand-in know nothing of one another: everybody asks the first.
    no_set = Absent("replica set", "image mongodb cannot be had")
    return MongoDb(lambda: ways.members[:1], reach, fidelity=fidelity, replica_set=no_set)


def _with(name: str, had: Had, needs: Sequence[str], make: Callable[[Fidelity], Observer]) -> Observer | Absent:
    """Make an observer that is as true as the weakest of what it *needs*, unless any of that cannot be had."""
    found = [_of(had, need) for need in needs]
    lacking = [how.reason for how in found if isinstance(how, Absent)]
    if lacking:
        return Absent(name, "; ".join(lacking))
    return make(min(how for how in found if isinstance(how, Fidelity)))


def _of(had: Had, name: str) -> Fidelity | Absent:
    return had.get(name, Fidelity.REAL)

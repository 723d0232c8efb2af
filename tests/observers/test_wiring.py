"""Each observer is as true as the weakest program that it needs, and absent without one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from lightkube import Client

from provision.observers import (
    Containers,
    Forward,
    Http,
    Logs,
    Metrics,
    MongoDb,
    Visits,
    Ways,
    cannot_be_had,
    database,
    observers,
    stand_ins,
)
from provision.registry import Registry
from provision.targets.base.pki import Authority
from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Observer
from seatrial.observers.dns import Dns

T = TypeVar("T")
REAL, STAND_IN = Fidelity.REAL, Fidelity.SIMULATED


def _nobody() -> Client:
    raise AssertionError("nothing is asked of the cluster")


def _as(kind: type[T], found: object) -> T:
    assert isinstance(found, kind)
    return found


def _absent(name: str) -> Absent:
    return Absent(name, f"image {name} cannot be had")


HAD: dict[str, Fidelity | Absent] = {
    "ingress-skipper": REAL,
    "mongodb": STAND_IN,
    "elasticsearch": REAL,
    "fluentd": STAND_IN,
    "influxdb": REAL,
    "telegraf": REAL,
    "grafana": _absent("grafana"),
    "kibana": _absent("kibana"),
}


@pytest.fixture
def ways(resolver: Dns, authority: Authority, tmp_path: Path) -> Iterator[Ways]:
    registry = Registry("http://127.0.0.1:1")
    yield Ways(
        connect=_nobody,
        visits=Visits(resolver, dict, authority.pair.cert),
        database=database(Forward(tmp_path / "kubectl", tmp_path / "kubeconfig", {}), ["mongodb-0"], HAD),
        registry=registry,
        images={"tools": "registry.internal:5000/tools:1.0"},
    )
    registry.close()


def test_the_weakest_program_decides(ways: Ways) -> None:
    """An observer over a stand-in is simulated, one over real programs real."""
    found = observers(ways, HAD, "ingress-skipper")
    expected = {"http": REAL, "mongodb": STAND_IN, "logs": STAND_IN, "metrics": REAL, "containers": REAL}
    assert expected == {name: observer.fidelity for name, observer in found.items() if isinstance(observer, Observer)}
    classes = {"http": Http, "mongodb": MongoDb, "logs": Logs, "metrics": Metrics, "containers": Containers}
    assert classes == {name: type(observer) for name, observer in found.items()}


def test_a_stand_in_has_no_replica_set_and_graphs_may_lack(ways: Ways) -> None:
    """What a stand-in cannot do, and what is not there, is not provable for want of that image."""
    found = observers(ways, HAD, "ingress-skipper")
    with pytest.raises(NotProvableError, match=r"^image mongodb cannot be had$"):
        _as(MongoDb, found["mongodb"]).members()
    with pytest.raises(NotProvableError, match=r"^image grafana cannot be had$"):
        _as(Metrics, found["metrics"]).sources()


def test_what_cannot_be_had_takes_its_observer_along(ways: Ways) -> None:
    """Every image that is lacking is a reason."""
    lacking = HAD | {"elasticsearch": _absent("elasticsearch"), "fluentd": _absent("fluentd")}
    expected = Absent("logs", "image elasticsearch cannot be had; image fluentd cannot be had")
    assert expected == observers(ways, lacking, "ingress-skipper")["logs"]


def test_what_was_had() -> None:
    """The words are told which images cannot be had, and which are stand-ins."""
    assert {"grafana", "kibana"} == set(cannot_be_had(HAD))
    assert {"fluentd", "mongodb"} == set(stand_ins(HAD))

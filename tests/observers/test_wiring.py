"""Each observer is as true as the weakest program that it needs, and absent without one of them."""

from __future__ import annotations

import pytest

from provision.observers import (
    Containers,
    Forward,
    Http,
    Logs,
    Metrics,
    MongoDb,
    Registry,
    Visits,
    Ways,
    cannot_be_had,
    database,
    observers,
    stand_ins,
)
from seatrial.checks.observer import Absent, Fidelity, NotProvableError

REAL, STAND_IN = Fidelity.REAL, Fidelity.SIMULATED


def _absent(name):
    return Absent(name, f"image {name} cannot be had")


HAD = {
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
def ways(resolver, authority, tmp_path):
    registry = Registry("http://127.0.0.1:1")
    yield Ways(
        connect=lambda: None,
        visits=Visits(resolver, dict, authority.pair.cert),
        database=database(Forward(tmp_path / "kubectl", tmp_path / "kubeconfig", {}), ["mongodb-0"], HAD),
        registry=registry,
        images={"tools": "registry.internal:5000/tools:1.0"},
    )
    registry.close()


def test_the_weakest_program_decides(ways):
    """An observer over a stand-in is simulated, one over real programs real."""
    found = observers(ways, HAD, "ingress-skipper")
    expected = {"http": REAL, "mongodb": STAND_IN, "logs": STAND_IN, "metrics": REAL, "containers": REAL}
    assert expected == {name: observer.fidelity for name, observer in found.items()}
    classes = {"http": Http, "mongodb": MongoDb, "logs": Logs, "metrics": Metrics, "containers": Containers}
    assert classes == {name: type(observer) for name, observer in found.items()}


def test_a_stand_in_has_no_replica_set_and_graphs_may_lack(ways):
    """What a stand-in cannot do, and what is not there, is not provable for want of that image."""
    found = observers(ways, HAD, "ingress-skipper")
    with pytest.raises(NotProvableError, match=r"^image mongodb cannot be had$"):
        found["mongodb"].members()
    with pytest.raises(NotProvableError, match=r"^image grafana cannot be had$"):
        found["metrics"].sources()


def test_what_cannot_be_had_takes_its_observer_along(ways):
    """Every image that is lacking is a reason."""
    lacking = HAD | {"elasticsearch": _absent("elasticsearch"), "fluentd": _absent("fluentd")}
    expected = Absent("logs", "image elasticsearch cannot be had; image fluentd cannot be had")
    assert expected == observers(ways, lacking, "ingress-skipper")["logs"]


def test_what_was_had():
    """The words are told which images cannot be had, and which are stand-ins."""
    assert ({"grafana", "kibana"}, {"fluentd", "mongodb"}) == (cannot_be_had(HAD), stand_ins(HAD))

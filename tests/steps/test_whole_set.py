"""Nobody's pods, routes, checks and deadlines are seen, however they came to be there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from lightkube import codecs

from seatrial.observers.aws import HealthCheck, Record
from steps.support import ingress, names, rollouts, workloads


class Cluster:
    """A cluster that has some objects."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self._objects: list[Any] = [codecs.from_dict(one) for one in objects]

    def all(self, kind: Any, *, namespace: str | None = None, name: str | None = None, labels: Any = None) -> list[Any]:
        """Return the objects of a kind, as the observer does."""
        found = [one for one in self._objects if type(one) is kind and namespace in (None, one.metadata.namespace)]
        named = [one for one in found if name in (None, one.metadata.name)]
        return [o for o in named if (labels or {}).items() <= (o.metadata.labels or {}).items()]

    def one(self, kind: Any, name: str, *, namespace: str | None = None) -> Any:
        """Return one of them."""
        return next(iter(self.all(kind, name=name, namespace=namespace)), None)


def _object(kind: str, name: str, *owners: str, api: str = "apps/v1", **fields: Any) -> dict[str, Any]:
    owned = [{"apiVersion": "v1", "kind": "Any", "name": owner, "uid": f"uid-{owner}"} for owner in owners]
    meta = {"name": name, "namespace": "microservices", "uid": f"uid-{name}", "ownerReferences": owned}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **fields}


def _pod(name: str, *owners: str) -> dict[str, Any]:
    return _object("Pod", name, *owners, api="v1", spec={"containers": []})


_DEPLOYED = _object(
    "Deployment", "msvc1", spec={"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": {"spec": None}}
)


def test_whatever_runs_something_is_a_workload() -> None:
    """Pods of a bare set, of a machine's own and of nobody's are named; those of a Deployment are its own."""
    cluster: Any = Cluster(
        _DEPLOYED,
        _object("ReplicaSet", "msvc1-1", "msvc1", spec={"selector": {}}),
        _pod("msvc1-1-a", "msvc1-1"),
        _object("ReplicaSet", "miner", spec={"selector": {}}),
        _pod("miner-a", "miner"),
        _object("ReplicationController", "older", api="v1"),
        _pod("bare"),
        _pod("static", "node-1"),
        _object("CronJob", "clock", api="batch/v1", spec={"schedule": "0 0 1 1 *", "jobTemplate": {"metadata": {}}}),
        _object("Job", "clock-1", "clock", api="batch/v1", spec={"template": {}}),
    )
    nobodys = {"ReplicaSet miner", "ReplicationController older", "Pod bare", "Pod static", "CronJob clock"}
    assert {"msvc1", *nobodys} == set(workloads.within(cluster, "microservices"))


@pytest.mark.parametrize(
    ("probe", "stated"),
    [
        (None, False),
        ({"httpGet": {"port": "http"}}, True),
        ({"tcpSocket": {"port": 8899}}, True),
        ({"httpGet": {"port": 9}}, False),
        ({"exec": {"command": ["true"]}}, False),
    ],
)
def test_a_check_asks_at_an_open_port(probe: dict[str, Any] | None, stated: bool) -> None:
    """A check at a port that the container does not open is none, and neither is one that asks nobody."""
    container: dict[str, Any] = {"name": "a", "ports": [{"name": "http", "containerPort": 8899}]}
    pod: Any = codecs.from_dict(
        _object("Pod", "a", api="v1", spec={"containers": [container | {"readinessProbe": probe}]})
    )
    made = pod.spec.containers[0]
    assert stated == workloads.asks(made, made.readinessProbe)


def test_who_takes_in_the_rest_is_a_route() -> None:
    """A default backend of any route takes in who asks for a name that nobody has."""
    backend = {"service": {"name": "msvc2", "port": {"name": "http"}}}
    cluster: Any = Cluster(
        _object("Ingress", "msvc2", api="networking.k8s.io/v1", spec={"defaultBackend": backend}),
    )
    assert {"msvc2"} == ingress.route_ports(cluster)[ingress.ANY]["service"]


def _record(check: str | None) -> Record:
    return Record("msvc1.team.example.com", "A", 300, ("192.0.2.1",), f"seatrial/team/{check}", check)


_TEAMS = {"seatrial.dev/team": "team"}


@pytest.mark.parametrize(
    ("check", "lacks", "of_another"),
    [
        (HealthCheck("c", "HTTP", "192.0.2.1", tags=_TEAMS), set(), set()),
        (HealthCheck("c", "HTTP", "192.0.2.2", tags=_TEAMS), set(), {"192.0.2.1"}),
        (HealthCheck("c", "HTTP", "192.0.2.1", path="/elsewhere"), set(), {"192.0.2.1"}),
        (HealthCheck("other", "HTTP", "192.0.2.1", tags=_TEAMS), {"192.0.2.1"}, set()),
    ],
)
def test_a_record_depends_on_the_check_of_its_node(check: HealthCheck, lacks: set[str], of_another: set[str]) -> None:
    """A check of another node does not count, nor does one of the same address that nobody of ours has made."""
    aws: Any = SimpleNamespace(health_checks=lambda: [check], records=lambda _zone: [_record("c")])
    platform: Any = SimpleNamespace(team="team", facts=SimpleNamespace(zone_id="Z1"))
    (row,) = names.dependencies(aws, platform).values()
    assert {"without_health_check": lacks, "on_the_check_of_another": of_another} == row


@pytest.mark.parametrize(
    ("status", "reason"), [("False", "ProgressDeadlineExceeded"), ("True", "nothing yet"), ("Unknown", "nothing yet")]
)
def test_what_a_rollout_has_failed_for(status: str, reason: str) -> None:
    """A rollout has failed once the cluster says that it goes on no more, and not before."""
    said = {"type": "Progressing", "status": status, "reason": "ProgressDeadlineExceeded"}
    cluster: Any = Cluster(_DEPLOYED | {"status": {"conditions": [said]}})
    assert {"failed_for": reason} == rollouts.failure(cluster, "msvc1")

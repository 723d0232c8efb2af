"""Against a real API server: apply, apply again, change by hand, find it, undo it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lightkube import Client
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import Secret, Service
from lightkube.resources.networking_v1 import IngressClass
from lightkube.types import PatchType

from provision.spec import PlatformSpec
from provision.workloads import FieldDrift, Workloads, WorkloadsError
from provision.workloads.apply import apply_one
from provision.workloads.objects import GROUPS
from provision.workloads.server import Server

from .conftest import VALUES

MSVC1 = "Deployment microservices/msvc1"


@pytest.fixture
def applied(platform: Workloads, client: Client) -> Workloads:
    """Return the platform as Git says it, whatever another test has done to it."""
    for group in GROUPS:
        platform.apply(client, group)
    return platform


def by_hand(client: Client, kind: Any, where: str, patch: Any, how: PatchType = PatchType.STRATEGIC) -> None:
    namespace, name = where.split("/")
    client.patch(kind, name, patch, namespace=namespace, patch_type=how, field_manager="somebody")


def undone(platform: Workloads, client: Client) -> tuple[int, list[FieldDrift]]:
    """Apply again; give how many objects that changed, and what is still not as Git says."""
    return sum(platform.apply(client, group) for group in GROUPS), platform.drift(client)


def test_second_apply_changes_nothing(applied: Workloads, client: Client) -> None:
    """What was just applied is as Git says, and applying it again changes no object."""
    assert undone(applied, client) == (0, [])


def test_changed_field(applied: Workloads, client: Client) -> None:
    """A field changed by hand is named with both values, and undone."""
    by_hand(client, Deployment, "microservices/msvc1", {"spec": {"replicas": 5}})
    assert [FieldDrift(MSVC1, "spec.replicas", 2, 5)] == applied.drift(client)
    assert undone(applied, client) == (1, [])


def test_renumbered_port(applied: Workloads, client: Client) -> None:
    """A port of a Service that keeps its name but not its number is found and undone, with nothing left over."""
    patch = [{"op": "replace", "path": "/spec/ports/0/port", "value": 9999}]
    by_hand(client, Service, "microservices/msvc2", patch, PatchType.JSON)
    assert [FieldDrift("Service microservices/msvc2", "spec.ports[http].port", 8899, 9999)] == applied.drift(client)
    assert undone(applied, client) == (1, [])
    service: Any = client.get(Service, "msvc2", namespace="microservices")
    assert [port.port for port in service.spec.ports] == [8899]


def test_added_item(applied: Workloads, client: Client) -> None:
    """A variable that somebody has added to a container is found and taken out."""
    added = {"name": "DEBUG", "value": "1"}
    pod = {"containers": [{"name": "msvc1", "env": [added]}]}
    by_hand(client, Deployment, "microservices/msvc1", {"spec": {"template": {"spec": pod}}})
    path = "spec.template.spec.containers[msvc1].env[DEBUG]"
    assert [FieldDrift(MSVC1, path, None, added)] == applied.drift(client)
    assert undone(applied, client) == (1, [])


def test_removed_field(applied: Workloads, client: Client) -> None:
    """A field removed by hand is named and comes back."""
    patch = [{"op": "remove", "path": "/spec/template/spec/containers/0/livenessProbe"}]
    by_hand(client, StatefulSet, "backing/mongodb", patch, PatchType.JSON)
    assert [(drift.object, drift.path, drift.found) for drift in applied.drift(client)] == [
        ("StatefulSet backing/mongodb", "spec.template.spec.containers[mongodb].livenessProbe", None)
    ]
    assert undone(applied, client) == (1, [])


def test_missing_object(applied: Workloads, client: Client) -> None:
    """An object deleted by hand is named and made again."""
    client.delete(Service, "kibana", namespace="backing")
    assert [str(drift) for drift in applied.drift(client)] == ["Service backing/kibana is missing"]
    assert undone(applied, client) == (1, [])


def test_secret_stays_hidden(applied: Workloads, client: Client) -> None:
    """That a secret differs is told; what is in it is not."""
    by_hand(client, Secret, "backing/grafana-admin", {"data": {"password": "c29tZXRoaW5n"}})
    assert [FieldDrift("Secret backing/grafana-admin", "data.password", "(hidden)", "(hidden)")] == applied.drift(
        client
    )
    assert undone(applied, client) == (1, [])


def test_template_label_of_a_rollout(applied: Workloads, client: Client) -> None:
    """A label that a forced rollout puts on the template is not Git's concern, and stays."""
    by_hand(client, Deployment, "backing/kibana", {"spec": {"template": {"metadata": {"labels": {"date": "1"}}}}})
    assert undone(applied, client) == (0, [])


def test_swapped_controller(
    applied: Workloads, client: Client, spec: PlatformSpec, kubectl: Path, tmp_path: Path
) -> None:
    """Another ingress controller takes the place of the first, even in its class, which cannot be changed."""
    other = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": "skipper"})})
    swapped = Workloads(other, "team1", "local", tmp_path, kubectl)
    swapped.write_overlay(VALUES)
    swapped.apply(client, "backing")
    kind: Any = client.get(IngressClass, "platform")
    assert kind.spec.controller == "zalando.org/skipper"
    controllers: Any = client.get(DaemonSet, "ingress-controller", namespace="ingress")
    pod = controllers.spec.template.spec
    assert [(container.name, container.image, pod.initContainers) for container in pod.containers] == [
        ("controller", "registry.opensource.zalan.do/teapot/skipper:v0.22.0", None)
    ]


def test_refused_object(client: Client) -> None:
    """What the API server refuses is told with the object's name and the server's reason."""
    obj = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x", "namespace": "default"}, "spec": {}}
    with pytest.raises(WorkloadsError, match=r"^Service default/x: the API server refuses it: .*spec\.ports: Required"):
        apply_one(obj, Server(client))


def test_no_load_balancer(applied: Workloads, client: Client) -> None:
    """The quota of each namespace of ours refuses a load balancer."""
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    obj = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "lb", "namespace": "microservices"},
        "spec": spec,
    }
    with pytest.raises(WorkloadsError, match="exceeded quota"):
        apply_one(obj, Server(client))

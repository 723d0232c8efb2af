"""The manifests as they are rendered: what the platform's rows ask for stands in them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from provision.estate import Keys
from provision.spec import PlatformSpec
from provision.workloads import Workloads, lint
from provision.workloads.objects import key
from provision.workloads.overlay import MANIFESTS, controllers
from provision.workloads.volumes import Target

from .conftest import VALUES

MASTER = "node-role.kubernetes.io/control-plane"

_ROUTED = ("backing", "microservices")
_OF_TRAEFIK = {"ingress", *_ROUTED}


def by_key(workloads: Workloads) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {key(obj): obj for obj in workloads.objects()}


def pods(workloads: Workloads) -> dict[str, tuple[str, int, dict[str, Any]]]:
    """Return kind, replicas and pod of each workload but the jobs."""
    return {
        obj["metadata"]["name"]: (obj["kind"], obj["spec"].get("replicas", 0), obj["spec"]["template"]["spec"])
        for obj in workloads.objects()
        if obj["kind"] in ("Deployment", "StatefulSet", "DaemonSet")
    }


def test_every_overlay_with_every_controller_is_sound(spec: PlatformSpec, kubectl: Path) -> None:
    """Each target renders with each ingress controller, and nothing in it is refused."""
    assert lint(spec, kubectl=kubectl) == []


def test_files_alone_are_sound(spec: PlatformSpec) -> None:
    """Without kubectl the files are checked as they stand."""
    assert lint(spec) == []


def test_controllers() -> None:
    """Three ingress controllers can be swapped."""
    assert controllers() == ["nginx", "skipper", "traefik"]


def test_groups_hold_everything(platform: Workloads) -> None:
    """Each object belongs to one step of the standup."""
    counts = [len(platform.objects("backing")), len(platform.objects("microservices")), len(platform.objects("dns"))]
    assert len(platform.objects()) == sum(counts)
    assert all(counts)


def test_services(platform: Workloads) -> None:
    """Every backing service and microservice has a Service of its name, and no two Services share a name."""
    names = [obj["metadata"]["name"] for obj in platform.objects() if obj["kind"] == "Service"]
    expected = "default-backend elasticsearch fluentd grafana influxdb ingress-controller kibana mongodb msvc1 msvc2"
    assert expected.split() == sorted(names)


def test_names_of_the_team(platform: Workloads) -> None:
    """Hosts and settings carry the platform's own zone; the values themselves stay at home."""
    objects = by_key(platform)
    hosts = sorted(
        rule.get("host", "") for obj in objects.values() if obj["kind"] == "Ingress" for rule in obj["spec"]["rules"]
    )
    assert ["", *(f"{name}.team1.example.com" for name in ("grafana", "kibana", "msvc1", "msvc2"))] == hosts
    updater = objects["Deployment", "dns", "dns-updater"]["spec"]["template"]["spec"]["containers"][0]
    env = {item["name"]: item["value"] for item in updater["env"]}
    assert env == {
        "TEAM": "team1",
        "ZONE": "team1.example.com",
        "HOSTED_ZONE_ID": "Z0123456789",
        "ADDRESS_TYPE": "ExternalIP",
        "TTL": "300",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "HEALTH_CHECK_TYPE": "HTTP",
        "HEALTH_CHECK_PORT": "18080",
        "HEALTH_CHECK_PATH": "/stub_status",
    }
    assert not [name for _, _, name in objects if name == "platform-values"]
    assert {"team": "team1", "mark": VALUES.mark} == objects["ConfigMap", "kube-system", "seatrial-ownership"]["data"]


def test_volumes(platform: Workloads) -> None:
    """Each member's volume is bound to that member's claim, in the volume's own zone."""
    found = [
        (
            obj["spec"]["csi"]["volumeHandle"],
            obj["spec"]["claimRef"]["name"],
            obj["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0]["values"],
        )
        for obj in platform.objects()
        if obj["kind"] == "PersistentVolume"
    ]
    assert [(f"vol-000{i}", f"data-mongodb-{i}", [f"eu-west-1{zone}"]) for i, zone in enumerate("abc")] == found


def test_density(platform: Workloads, spec: PlatformSpec) -> None:
    """However pods are placed, every node runs the least number of containers, and the average holds."""
    everywhere = sum(len(pod["containers"]) for kind, _, pod in pods(platform).values() if kind == "DaemonSet")
    placed = sum(replicas * len(pod["containers"]) for _, replicas, pod in pods(platform).values())
    assert everywhere + 1 >= spec.density.least  # a MongoDB member on each
    assert everywhere + placed / spec.nodes.count >= spec.density.average


def test_requests_leave_room_for_a_lost_node(platform: Workloads, spec: PlatformSpec) -> None:
    """Everything that can move fits on two nodes of 2 CPUs and 8 GiB, beside what every node runs."""
    left = spec.nodes.count - 1
    cpu, memory = 0.0, 0.0
    for kind, replicas, pod in pods(platform).values():
        times = left if kind == "DaemonSet" else replicas
        requests = [container["resources"]["requests"] for container in pod["containers"]]
        cpu += times * sum(int(str(one["cpu"]).removesuffix("m")) / 1000 for one in requests)
        memory += times * sum(int(re.sub(r"Mi$", "", one["memory"])) / 1024 for one in requests)
    assert cpu <= left * 2 * 0.8
    assert memory <= left * 8 * 0.8


def test_collectors_on_every_node(platform: Workloads) -> None:
    """Collectors of logs and metrics run on the masters too; the ingress controller runs on the other nodes alone."""
    found = pods(platform)
    tolerate = {
        name: MASTER in [toleration["key"] for toleration in pod.get("tolerations", [])]
        for name, (kind, _, pod) in found.items()
        if kind == "DaemonSet"
    }
    assert tolerate == {"fluentd": True, "telegraf": True, "ingress-controller": False}


def test_ingress_controllers_differ_in_themselves_alone(
    spec: PlatformSpec, kubectl: Path, platform: Workloads, tmp_path: Path
) -> None:
    """Swapping the controller touches its own objects, its class, and what the health checks ask; ports stay."""
    other = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": "traefik"})})
    swapped = Workloads(other, "team1", "local", tmp_path, kubectl)
    swapped.write_overlay(VALUES)
    before, after = by_key(platform), by_key(swapped)
    passwords = ("Secret", "backing", "grafana-admin")  # each platform has one of its own
    changed = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)} - {passwords}
    assert {
        ("ClusterRole", "", "seatrial-ingress-controller"),
        ("ClusterRoleBinding", "", "seatrial-ingress-controller"),
        ("ConfigMap", "ingress", "ingress-controller"),
        ("DaemonSet", "ingress", "ingress-controller"),
        ("Deployment", "dns", "dns-updater"),
        ("IngressClass", "", "platform"),
        ("RoleBinding", "ingress", "ingress-controller"),
        ("ServiceAccount", "ingress", "ingress-controller"),
        # What Traefik alone may read, by an account whose name says so.
        ("ServiceAccount", "ingress", "traefik"),
        *((kind, space, "ingress-controller") for kind in ("Role", "RoleBinding") for space in _ROUTED),
    } == changed


@pytest.mark.parametrize(
    ("controller", "account", "spaces"),
    [("nginx", "ingress-controller", {"ingress"}), ("skipper", "", set()), ("traefik", "traefik", _OF_TRAEFIK)],
)
def test_secrets_that_a_controller_may_read(
    spec: PlatformSpec, kubectl: Path, tmp_path: Path, controller: str, account: str, spaces: set[str]
) -> None:
    """Of each controller no more Secrets are read than it does not begin without, and no route names one."""
    chosen = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": controller})})
    workloads = Workloads(chosen, "team1", "local", tmp_path, kubectl)
    workloads.write_overlay(VALUES)
    objects = by_key(workloads)
    reading = {key for key, one in objects.items() if any("secrets" in r["resources"] for r in one.get("rules") or ())}
    assert {("Role", space, "ingress-controller") for space in spaces} == reading
    bound = [objects["RoleBinding", space, "ingress-controller"]["subjects"] for space in spaces]
    assert all(bind == [{"kind": "ServiceAccount", "name": account, "namespace": "ingress"}] for bind in bound)
    routes = [one["spec"].get("tls") for (kind, _, _), one in objects.items() if kind == "Ingress"]
    assert not [tls for of_one in routes for tls in of_one or () if "secretName" in tls]
    secrets = {(space, name) for kind, space, name in objects if kind == "Secret" and name == "platform-tls"}
    assert {("ingress", "platform-tls")} == secrets


@pytest.mark.parametrize("controller", controllers())
def test_host_ports(spec: PlatformSpec, kubectl: Path, tmp_path: Path, controller: str) -> None:
    """Every controller takes the three host ports, waits for readiness, and never pulls a pinned image twice."""
    chosen = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": controller})})
    workloads = Workloads(chosen, "team1", "local", tmp_path, kubectl)
    workloads.write_overlay(VALUES)
    container = pods(workloads)["ingress-controller"][2]["containers"][0]
    assert [port["hostPort"] for port in container["ports"] if "hostPort" in port] == [80, 443, 18080]
    assert "readinessProbe" in container
    assert container["imagePullPolicy"] == "IfNotPresent"


def test_targets() -> None:
    """Each target has an overlay of its own."""
    assert sorted(get_args(Target)) == sorted(
        path.parent.name for path in MANIFESTS.glob("overlays/*/kustomization.yaml")
    )


def test_keys_of_the_cloud(spec: PlatformSpec, kubectl: Path, tmp_path: Path) -> None:
    """On kind the updater has the platform's own keys, from a Secret that is applied before it; nobody else has."""
    keys = Keys("SEATRIALX", "a-secret-of-this-platform")
    workloads = Workloads(spec, "team1", "kind", tmp_path, kubectl)
    workloads.write_overlay(replace(VALUES, aws_keys=keys))
    objects = {(obj["kind"], obj["metadata"]["name"]): obj for obj in workloads.objects()}
    kept = objects["Secret", "aws-keys"]
    assert ("dns", "dns") == (kept["metadata"]["namespace"], kept["metadata"]["labels"]["seatrial.dev/group"])
    assert [keys.id, keys.secret] == [base64.b64decode(kept["data"][name]).decode() for name in ("id", "secret")]
    (updater,) = objects["Deployment", "dns-updater"]["spec"]["template"]["spec"]["containers"]
    references = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in updater["env"] if "valueFrom" in one}
    assert references == {
        "AWS_ACCESS_KEY_ID": {"name": "aws-keys", "key": "id"},
        "AWS_SECRET_ACCESS_KEY": {"name": "aws-keys", "key": "secret"},
    }
    others = [name for name, obj in objects.items() if name != ("Secret", "aws-keys")]
    assert [] == [name for name in others if keys.secret in json.dumps(objects[name])]
    assert [] == workloads.check()
    assert 0o600 == (tmp_path / "workloads" / "aws-key-secret").stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("nodes", "backing", "ingress"),
    [(3, ("40", "4", "12Gi"), ("20", "2", "3Gi")), (30, ("94", "9400m", "26112Mi"), ("74", "7400m", "16896Mi"))],
)
def test_quotas_grow_with_the_machines(
    nodes: int, backing: tuple[str, ...], ingress: tuple[str, ...], spec: PlatformSpec, kubectl: Path, tmp_path: Path
) -> None:
    """Namespaces with pods on each machine ask for more where there are more; written as the API server writes it."""
    many = spec.model_copy(update={"nodes": spec.nodes.model_copy(update={"count": nodes})})
    workloads = Workloads(many, "team1", "aws", tmp_path, kubectl)
    workloads.write_overlay(VALUES)
    quotas = {
        name: obj["spec"]["hard"] for (kind, _, name), obj in by_key(workloads).items() if kind == "ResourceQuota"
    }
    asked = {
        name: tuple(quotas[name][field] for field in ("pods", "requests.cpu", "requests.memory"))
        for name in ("backing", "ingress")
    }
    assert {"backing": backing, "ingress": ingress} == asked


def test_the_keeper_of_names_waits_for_no_machine(platform: Workloads) -> None:
    """It may stand on the machine whose address it has to take away, and others' pods wait for minutes there."""
    _, _, updater = pods(platform)["dns-updater"]
    waits = {one["key"]: (one["effect"], one["tolerationSeconds"]) for one in updater["tolerations"]}
    kept = {f"node.kubernetes.io/{state}": ("NoExecute", 5) for state in ("not-ready", "unreachable")}
    assert kept == waits


def test_what_was_released_is_what_git_says(spec: PlatformSpec, kubectl: Path, tmp_path: Path) -> None:
    """Whoever compares and whoever applies sees a release as soon as it stands in Git, and that it was taken back."""
    released = "registry.example.com/teams/team1/msvc1:0.2.0"
    workloads = Workloads(spec, "team1", "kind", tmp_path, kubectl)
    workloads.write_overlay(VALUES)
    before = _images(workloads)
    workloads.release({"msvc1": released})
    assert _images(workloads) == before | {"msvc1": released}
    workloads.release({})
    assert _images(workloads) == before
    workloads.write_overlay(replace(VALUES, released={"msvc2": released}))
    assert _images(workloads) == before | {"msvc2": released}


def _images(workloads: Workloads) -> dict[str, str]:
    pods = {
        obj["metadata"]["name"]: obj["spec"]["template"]["spec"]
        for obj in workloads.objects("microservices")
        if obj["kind"] == "Deployment"
    }
    return {name: pod["containers"][0]["image"] for name, pod in pods.items()}

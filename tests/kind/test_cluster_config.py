"""The configuration that kind is given."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from provision.engine.host import has_cgroup_v1
from provision.targets.kind.cluster_config import Authorities, KindNode, node_names, write_config
from provision.targets.kind.engine_shim import fixed_addresses, write_engine
from provision.targets.kind.network import Network
from provision.targets.kind.registries import RegistryAt

NETWORK = Network("seatrial-team1", "sea-1", "10.213.7.0/24", "10.213.7.1")


def nodes() -> list[KindNode]:
    masters = [
        KindNode("control-plane", f"eu-west-1{z}", "eu-west-1", f"i-m{z}", "t2.medium", f"aws:///eu-west-1{z}/i-m{z}")
        for z in "abc"
    ]
    worker = KindNode(
        "worker", "eu-west-1a", "eu-west-1", "i-na", "t2.large", "aws:///eu-west-1a/i-na", "127.5.0.1", (80, 443)
    )
    return [*masters, worker]


def config(folder: Path, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(write_config(folder, nodes(), api_address="127.0.0.1", **more).read_text())
    return document


def operations(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    (patch,) = [one["patch"] for one in document["kubeadmConfigPatchesJSON6902"] if one["kind"] == kind]
    found: list[dict[str, Any]] = json.loads(patch)
    return found


def test_nodes_are_labelled_as_their_instances(tmp_path: Path) -> None:
    """A node carries its instance's zone, region, type and id, and its provider's id."""
    worker = config(tmp_path)["nodes"][3]
    assert worker["labels"] == {
        "topology.kubernetes.io/zone": "eu-west-1a",
        "topology.kubernetes.io/region": "eu-west-1",
        "node.kubernetes.io/instance-type": "t2.large",
        "seatrial.dev/instance-id": "i-na",
    }
    assert "aws:///eu-west-1a/i-na" in [step["value"] for step in operations(worker, "JoinConfiguration")]


def test_workers_ports_are_on_their_own_address(tmp_path: Path) -> None:
    """A worker's ports are passed on from its loopback address; a control plane has none."""
    made = config(tmp_path)["nodes"]
    ports = [(one["listenAddress"], one["hostPort"], one["containerPort"]) for one in made[3]["extraPortMappings"]]
    assert ports == [("127.5.0.1", 80, 80), ("127.5.0.1", 443, 443)]
    assert "extraPortMappings" not in made[0]


def test_authorities_go_to_the_first_control_plane(tmp_path: Path) -> None:
    """Certificate authorities are mounted in the first control plane alone: kind copies them to the others."""
    pairs = [(tmp_path / f"{name}.crt", tmp_path / f"{name}.key") for name in ("ca", "etcd")]
    made = config(tmp_path, authorities=Authorities(*pairs))["nodes"]
    inside = [[m["containerPath"] for m in one["extraMounts"] if "pki" in m["containerPath"]] for one in made]
    names = ["ca.crt", "ca.key", "etcd/ca.crt", "etcd/ca.key"]
    assert inside == [[f"/etc/kubernetes/pki/{name}" for name in names], [], [], []]


def test_the_key_goes_to_every_control_plane(tmp_path: Path) -> None:
    """What API servers encrypt with is where each of them sees it, and nowhere else; without a key none is told of."""
    made, inside = config(tmp_path, encryption=tmp_path / "key.json"), "/etc/kubernetes/pki/encryption.json"
    argument = {"name": "encryption-provider-config", "value": inside}
    told: dict[str, Any] = {"op": "add", "path": "/apiServer/extraArgs/-", "value": argument}
    having = [inside in [mount["containerPath"] for mount in one["extraMounts"]] for one in made["nodes"]]
    assert having == [True, True, True, False]
    assert told in operations(made, "ClusterConfiguration")
    assert told not in operations(config(tmp_path), "ClusterConfiguration")


def test_the_apis_certificate_has_the_given_names(tmp_path: Path) -> None:
    """Each name that the API is to be reached by is added to its certificate."""
    steps = operations(config(tmp_path, names=["api.team1.example.com"]), "ClusterConfiguration")
    assert ["api.team1.example.com"] == [step["value"] for step in steps if step["path"] == "/apiServer/certSANs/-"]


def test_registries_are_told_to_containerd(tmp_path: Path) -> None:
    """Every node has the folder that says where a registry is found, over what, and with what token it is asked."""
    address = "http://10.213.7.1:5000"
    made = config(tmp_path, registries={"registry.seatrial.internal:5000": RegistryAt(address, "a.b.c")})["nodes"]
    (folder,) = {
        m["hostPath"] for one in made for m in one["extraMounts"] if m["containerPath"] == "/etc/containerd/certs.d"
    }
    told = (Path(folder) / "registry.seatrial.internal:5000" / "hosts.toml").read_text()
    host = tomllib.loads(told)["host"][address]
    assert {"capabilities": ["pull", "resolve"], "header": {"Authorization": "Bearer a.b.c"}} == host


def test_kubelets_accept_the_machines_control_groups(tmp_path: Path) -> None:
    """Where the machine has version 1 of control groups, kubelets are told not to refuse it, and else nothing."""
    kubelet = json.loads(config(tmp_path)["kubeadmConfigPatches"][0])
    assert kubelet.get("failCgroupV1") == (False if has_cgroup_v1() else None)


def test_nodes_are_named_as_kind_does() -> None:
    """The first of a role has no number, the others count from 2."""
    names = ["x-control-plane", "x-control-plane2", "x-control-plane3", "x-worker"]
    assert names == node_names("x", nodes())


def test_containers_get_addresses_that_stay(tmp_path: Path) -> None:
    """A container that kind runs by name is given its address and the machine's; any other command passes as it is."""
    write_engine(tmp_path / "docker", "/bin/echo", fixed_addresses("x", nodes(), NETWORK), NETWORK.gateway)

    def run(*arguments: str) -> str:
        return subprocess.run([tmp_path / "docker", *arguments], capture_output=True, text=True, check=True).stdout

    assert run("run", "--name", "x-worker", "i m") == (
        f"run --ip 10.213.7.14 --add-host host.docker.internal:{NETWORK.gateway} --name x-worker i m\n"
    )
    assert run("run", "--name", "y-worker", "im") == "run --name y-worker im\n"
    assert run("rm", "--name", "x-worker") == "rm --name x-worker\n"


CONTROLS = """mkdir -p x && echo -en '
admin:
  address:
    socket_address:
      address: {}
      port_value: {}
' > 'x y'"""


@pytest.mark.parametrize(
    ("name", "port", "made"),
    [
        ("x-external-load-balancer", 10000, "127.0.0.1"),
        ("x-external-load-balancer", 6443, "0.0.0.0"),  # which is for all
        ("x-worker", 10000, "0.0.0.0"),
    ],
)
def test_the_load_balancers_controls_are_its_own(tmp_path: Path, name: str, port: int, made: str) -> None:
    """What ends the load balancer is reached from within its container alone; everything else is as kind has it."""
    write_engine(tmp_path / "docker", "/usr/bin/printf", fixed_addresses("x", nodes(), NETWORK), NETWORK.gateway)
    argv = [str(tmp_path / "docker"), "run", "--name", name, "i m", "bash", "-c", CONTROLS.format("0.0.0.0", port)]
    source = (tmp_path / "docker").read_text().replace("printf run", "printf '%s|'")
    (tmp_path / "docker").write_text(source)
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("|")
    assert [*("--name", name, "i m", "bash", "-c"), CONTROLS.format(made, port), ""] == said[-7:]


def test_no_two_containers_have_one_address() -> None:
    """Nodes, load balancer and gateway have addresses of their own."""
    given = list(fixed_addresses("x", nodes(), NETWORK).values())
    assert len(given) + 1 == len({*given, NETWORK.gateway})


def test_kubelets_wait_for_their_runtime(tmp_path: Path) -> None:
    """Every node is given the order, so that none loses a second at each boot."""
    path = write_config(tmp_path, nodes(), api_address="127.0.0.1")
    inside = "/etc/systemd/system/kubelet.service.d/20-order.conf"
    given = [
        mount["hostPath"]
        for node in json.loads(path.read_text())["nodes"]
        for mount in node["extraMounts"]
        if mount["containerPath"] == inside
    ]
    assert [str(tmp_path / "kubelet-order.conf")] * len(nodes()) == given
    assert "After=containerd.service" in (tmp_path / "kubelet-order.conf").read_text()

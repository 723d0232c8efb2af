"""A cluster of real nodes: made, used, and gone without a trace."""

from __future__ import annotations

import json
import os
import ssl
import stat
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provision.engine import Engine
from provision.images.node import built_name, ensure_node
from provision.targets.base.pki import Pki
from provision.targets.kind.cluster import KindCluster
from provision.targets.kind.cluster_config import PODS, SERVICES, Authorities, KindNode
from provision.targets.kind.network import KindNetwork
from provision.toolchain import KIND_TOOLS, Toolchain
from seatrial.provisioning.state import PlatformState

pytestmark = [pytest.mark.kind, pytest.mark.slow]

TEAM = f"c{os.getpid()}"
LISTEN = "127.54.77.1"
NODES = [
    KindNode("control-plane", "eu-west-1a", "eu-west-1", "i-m1", "t2.medium", "aws:///eu-west-1a/i-m1"),
    KindNode("worker", "eu-west-1b", "eu-west-1", "i-n1", "t2.large", "aws:///eu-west-1b/i-n1", LISTEN, (18080,)),
]
# A server that every node image has, on a host port.
WORKLOAD: list[dict[str, Any]] = [
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "edge"},
        "data": {"Corefile": ".:5353 {\n  health :8080\n}\n"},
    },
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "edge"},
        "spec": {
            "containers": [
                {
                    "name": "edge",
                    "args": ["-conf", "/config/Corefile"],
                    "imagePullPolicy": "Never",
                    "ports": [{"containerPort": 8080, "hostPort": 18080}],
                    "readinessProbe": {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 1},
                    "volumeMounts": [{"name": "config", "mountPath": "/config"}],
                }
            ],
            "volumes": [{"name": "config", "configMap": {"name": "edge"}}],
        },
    },
]


@dataclass
class Made:
    """A cluster that is up."""

    cluster: KindCluster
    pki: Pki
    kubectl: Callable[..., str]
    create: Callable[[], None]


def mounted(engine: Engine, cluster: KindCluster) -> list[str]:
    """Name the volumes of a cluster's containers."""
    found = engine.inspect("container", cluster.containers())
    return [mount["Name"] for one in found for mount in one["Mounts"] if mount["Type"] == "volume"]


@pytest.fixture(scope="module")
def made(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A cluster of a control plane and a worker; what it leaves in the engine is checked at the end."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    folder = tmp_path_factory.mktemp("kind")
    toolchain = Toolchain()
    tools = toolchain.ensure_all(KIND_TOOLS)
    network = KindNetwork(TEAM, engine, [PODS, SERVICES])
    pki = Pki(PlatformState(folder, TEAM))
    pairs = [(one.pair.cert, one.pair.key) for one in (pki.kubernetes, pki.etcd)]
    cluster = KindCluster(TEAM, engine, tools, folder / "kind", lambda _text: None)

    def create() -> None:
        node = ensure_node(engine, toolchain, lambda _text: None)
        cluster.create(NODES, image=node.image, network=network.ensure(), authorities=Authorities(*pairs))

    def kubectl(*arguments: str, data: object = None) -> str:
        command = [str(tools["kubectl"]), f"--kubeconfig={folder / 'kubeconfig'}", *arguments]
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": data})
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        create()
        cluster.kubeconfig(folder / "kubeconfig")
        yield Made(cluster, pki, kubectl, create)
    finally:
        volumes = mounted(engine, cluster)
        cluster.delete()
        network.remove()
    assert ([], None) == (cluster.containers(), network.look())
    assert [] == engine.inspect("volume", volumes)


def test_nodes_stand_for_their_instances(made: Made) -> None:
    """Nodes are ready and name their instance's zone, id and provider."""
    nodes = json.loads(made.kubectl("get", "nodes", "-o", "json"))["items"]
    seen = sorted(
        (
            one["metadata"]["labels"]["topology.kubernetes.io/zone"],
            one["metadata"]["labels"]["seatrial.dev/instance-id"],
            one["spec"]["providerID"],
            next(c["status"] for c in one["status"]["conditions"] if c["type"] == "Ready"),
        )
        for one in nodes
    )
    assert sorted((one.zone, one.instance_id, one.provider_id, "True") for one in NODES) == seen


def test_making_it_again_changes_nothing(made: Made) -> None:
    """A second creation leaves the containers as they are."""
    before = made.cluster.addresses()
    made.create()
    assert before == made.cluster.addresses()


def test_the_kubeconfig_is_private(made: Made, tmp_path: Path) -> None:
    """An administrator's kubeconfig is for its owner alone."""
    assert stat.S_IMODE(made.cluster.kubeconfig(tmp_path / "config").stat().st_mode) == 0o600


def test_the_platforms_authority_vouches_for_the_api(made: Made, tmp_path: Path) -> None:
    """The API's certificate verifies by the authority made beforehand, and a user of that authority is let in."""
    address = made.cluster.addresses()[f"{TEAM}-control-plane"]
    user = made.pki.user("anybody", "anybody", ["system:masters"])
    config = made.pki.kubeconfig(tmp_path / "config", f"https://{address}:6443", user, name="any")
    assert "edge" not in made.kubectl(f"--kubeconfig={config}", "get", "namespaces")


def test_etcd_lets_a_client_of_its_authority_in(made: Made) -> None:
    """A certificate of the platform's authority for etcd is what an etcd member asks for."""
    pair = made.pki.etcd.issue("observer", "observer")
    context = ssl.create_default_context(cafile=str(made.pki.etcd.pair.cert))
    context.load_cert_chain(pair.cert, pair.key)
    address = made.cluster.addresses()[f"{TEAM}-control-plane"]
    with urllib.request.urlopen(f"https://{address}:2379/health", context=context, timeout=30) as answer:
        assert json.load(answer)["health"] == "true"


def test_a_host_port_answers_on_the_workers_own_address(made: Made) -> None:
    """What a pod serves on a host port of the worker is reached on the worker's loopback address."""
    images = json.loads(made.kubectl("get", "nodes", "-o", "json"))["items"][0]["status"]["images"]
    server = next(name for image in images for name in image.get("names", []) if "/coredns:" in name)
    WORKLOAD[1]["spec"]["containers"][0]["image"] = server
    made.kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=60s")
    made.kubectl("apply", "-f", "-", data=WORKLOAD)
    made.kubectl("wait", "--for=condition=Ready", "pod/edge", "--timeout=120s")
    with urllib.request.urlopen(f"http://{LISTEN}:18080/health", timeout=30) as answer:
        assert answer.read() == b"OK"


def test_a_node_comes_back_with_its_address(made: Made, engine: Engine) -> None:
    """A worker that was killed has the same address when it is started again."""
    worker = f"{TEAM}-worker"
    before = made.cluster.addresses()
    engine.run("kill", worker)
    assert worker not in made.cluster.addresses()
    engine.run("start", worker)
    assert before == made.cluster.addresses()

"""A real API server over a real etcd for the tests; no kubelet, no controller."""

from __future__ import annotations

import contextlib
import os
import shutil
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lightkube import Client, KubeConfig
from lightkube.models.core_v1 import (
    Container,
    NodeAddress,
    NodeCondition,
    NodeStatus,
    PodCondition,
    PodSpec,
    PodStatus,
    ServicePort,
    ServiceSpec,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Namespace, Node, Pod, Service

from tests.dns_updater.aws_proxy import free_port
from tests.dns_updater.waiting import wait_for

_HOST = "127.0.0.1"
_TOKEN = "for-the-tests-only"  # noqa: S105 - of a server that lives as long as the tests do
_LABELS = {"app.kubernetes.io/component": "ingress-controller"}


def _binary(name: str) -> str:
    """Find a program where the toolchain keeps it, in ``KUBEBUILDER_ASSETS``, or on the path."""
    roots = [os.environ.get("SEATRIAL_CACHE"), os.environ.get("XDG_CACHE_HOME"), str(Path.home() / ".cache")]
    for root in filter(None, roots):
        for found in sorted(Path(root).glob(f"**/tools/{name}/*/*/{name}")):
            return str(found)
    program = shutil.which(name, path=os.environ.get("KUBEBUILDER_ASSETS", "")) or shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is neither in the toolchain's cache nor in KUBEBUILDER_ASSETS")
    return program


@dataclass(frozen=True)
class Kubernetes:
    """A running API server, and the few changes that the tests make in it.

    Attributes:
        kubeconfig: How to reach it.
        restart: Kills the API server and starts it again; everything in it stays.
    """

    kubeconfig: Path
    restart: Callable[[], None]

    @property
    def client(self) -> Client:
        """Return a client with every right."""
        config = KubeConfig.from_file(self.kubeconfig).get()
        assert config is not None
        return Client(config)

    def add_namespace(self, name: str) -> None:
        """Make a namespace."""
        self.client.create(Namespace(metadata=ObjectMeta(name=name)))

    def add_service(self, name: str, namespace: str = "default", **spec: Any) -> None:
        """Make a Service; *spec* are further fields of it."""
        ports = [ServicePort(port=80)]
        meta = ObjectMeta(name=name, namespace=namespace)
        self.client.create(Service(metadata=meta, spec=ServiceSpec(ports=ports, **spec)))

    def remove_service(self, name: str, namespace: str = "default") -> None:
        """Remove a Service."""
        self.client.delete(Service, name, namespace=namespace)

    def add_node(self, name: str, address: str) -> None:
        """Make a node with an ingress controller that is ready."""
        client = self.client
        client.create(Node(metadata=ObjectMeta(name=name)))
        status = NodeStatus(addresses=[NodeAddress(type="InternalIP", address=address)])
        client.patch(Node.Status, name, {"status": status.to_dict()})
        self.set_away(name, away=False)
        spec = PodSpec(nodeName=name, containers=[Container(name="controller", image="controller:1")])
        meta = ObjectMeta(name=f"controller-{name}", namespace="ingress", labels=_LABELS)
        client.create(Pod(metadata=meta, spec=spec))
        self.set_ready(name, ready=True)

    def set_away(self, node: str, *, away: bool) -> None:
        """Have the kubelet of *node* silent, or not."""
        condition = NodeCondition(type="Ready", status="Unknown" if away else "True")
        self.client.patch(Node.Status, node, {"status": NodeStatus(conditions=[condition]).to_dict()})

    def set_ready(self, node: str, *, ready: bool) -> None:
        """Return whether the controller on *node* is ready."""
        condition = PodCondition(type="Ready", status="True" if ready else "False")
        body = {"status": PodStatus(phase="Running", conditions=[condition]).to_dict()}
        self.client.patch(Pod.Status, f"controller-{node}", body, namespace="ingress")

    def remove_node(self, name: str) -> None:
        """Remove a node and its controller."""
        self.client.delete(Pod, f"controller-{name}", namespace="ingress", grace_period=0)
        self.client.delete(Node, name)


def _ready(port: int) -> bool:
    context = ssl._create_unverified_context()  # noqa: S323 - the server signs for itself
    request = urllib.request.Request(f"https://{_HOST}:{port}/readyz", headers={"Authorization": f"Bearer {_TOKEN}"})
    with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=2, context=context) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


@contextlib.contextmanager
def api_server(
    folder: Path, *flags: str, users: Sequence[str] = (), authorization: str = "AlwaysAllow"
) -> Iterator[Kubernetes]:
    """Run an API server and its etcd with everything they write in *folder*.

    Args:
        folder: Where they write.
        flags: What the server is told beside.
        users: Further lines of its file of tokens: token, name, id, groups.
        authorization: By which mode the server decides what a user may do.
    """
    etcd, server = _binary("etcd"), _binary("kube-apiserver")
    client_port, peer_port, port = free_port(), free_port(), free_port()
    key = rsa.generate_private_key(65537, 2048)
    (folder / "accounts.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "tokens.csv").write_text("\n".join([f"{_TOKEN},admin,admin,system:masters", *users]))
    kubeconfig = folder / "kubeconfig"
    kubeconfig.write_text(
        f"""apiVersion: v1
kind: Config
clusters: [{{name: test, cluster: {{server: "https://{_HOST}:{port}", insecure-skip-tls-verify: true}}}}]
users: [{{name: test, user: {{token: {_TOKEN}}}}}]
contexts: [{{name: test, context: {{cluster: test, user: test}}}}]
current-context: test
"""
    )
    store = f"http://{_HOST}:{client_port}"
    peer = f"http://{_HOST}:{peer_port}"
    commands = [
        [etcd, "--data-dir", str(folder / "etcd"), "--unsafe-no-fsync", "--listen-client-urls", store,
         "--advertise-client-urls", store, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
         "--initial-cluster", f"default={peer}"],
        [server, "--etcd-servers", store, "--bind-address", _HOST, "--secure-port", str(port),
         "--cert-dir", str(folder), "--authorization-mode", authorization, "--disable-admission-plugins",
         "ServiceAccount", "--endpoint-reconciler-type", "none", "--advertise-address", "192.0.2.1",
         "--token-auth-file", str(folder / "tokens.csv"), "--service-account-issuer", "https://test.invalid",
         "--service-account-key-file", str(folder / "accounts.key"),
         "--service-account-signing-key-file", str(folder / "accounts.key"), *flags],
    ]  # fmt: skip
    with _running(commands[0], folder), contextlib.ExitStack() as serving:
        serving.enter_context(_running(commands[1], folder))
        wait_for(lambda: _ready(port), 120)

        def restart() -> None:
            serving.close()
            serving.enter_context(_running(commands[1], folder))
            wait_for(lambda: _ready(port), 120)

        kubernetes = Kubernetes(kubeconfig, restart)
        wait_for(lambda: _has_default(kubernetes), 60)
        kubernetes.add_namespace("ingress")
        yield kubernetes


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    """Run *command*, and kill it at the end: a watch that is open would make an API server linger."""
    with (folder / f"{Path(command[0]).name}.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def _has_default(kubernetes: Kubernetes) -> bool:
    return any(found.metadata and found.metadata.name == "default" for found in kubernetes.client.list(Namespace))

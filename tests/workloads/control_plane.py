"""An etcd, an API server and a controller manager for a test, on free ports of the loopback address."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lightkube import Client, KubeConfig
from lightkube.resources.core_v1 import Namespace

LIMIT = 120.0  # seconds until the API server must answer; a few on an idle machine
HOST = "127.0.0.1"


def find_tool(name: str) -> Path | None:
    """Find a tool in ``KUBEBUILDER_ASSETS`` or in the toolchain's cache."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and (Path(assets) / name).is_file():
        return Path(assets) / name
    cache = os.environ.get("SEATRIAL_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "seatrial"
    return next(iter(sorted(Path(cache).expanduser().glob(f"tools/{name}/*/*/{name}"))), None)


@dataclass(frozen=True)
class Tools:
    """The programs of a control plane."""

    etcd: Path
    apiserver: Path
    manager: Path


@contextmanager
def control_plane(tools: Tools, folder: Path, authorization: str = "AlwaysAllow") -> Iterator[Client]:
    """Start a control plane that keeps its files in *folder*; give a client with all rights."""
    clients, peers, secure = _ports(3)
    etcd_url, peer_url, server = f"http://{HOST}:{clients}", f"http://{HOST}:{peers}", f"https://{HOST}:{secure}"
    config = _identity(folder, server)
    etcd = {
        "data-dir": folder / "etcd",
        "listen-client-urls": etcd_url,
        "advertise-client-urls": etcd_url,
        "listen-peer-urls": peer_url,
        "initial-advertise-peer-urls": peer_url,
        "initial-cluster": f"default={peer_url}",
        "unsafe-no-fsync": "true",
    }
    apiserver = {
        "etcd-servers": etcd_url,
        "bind-address": HOST,
        "secure-port": secure,
        "cert-dir": folder / "certificates",
        "advertise-address": "192.0.2.1",
        "endpoint-reconciler-type": "none",
        "authorization-mode": authorization,
        "service-cluster-ip-range": "100.64.0.0/16",
        "service-account-issuer": server,
        "service-account-key-file": folder / "accounts.pub",
        "service-account-signing-key-file": folder / "accounts.key",
        "token-auth-file": folder / "tokens.csv",
    }
    manager = {
        "kubeconfig": config,
        "controllers": "resourcequota-controller,namespace-controller,serviceaccount-controller",
        "leader-elect": "false",
        "secure-port": "0",
    }
    with ExitStack() as stack:
        stack.enter_context(_running(folder / "etcd.log", tools.etcd, etcd))
        stack.enter_context(_running(folder / "apiserver.log", tools.apiserver, apiserver))
        client = stack.enter_context(Client(config=KubeConfig.from_file(config), trust_env=False))
        _until_it_answers(client, folder / "apiserver.log")
        stack.enter_context(_running(folder / "manager.log", tools.manager, manager))
        yield client


def _ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]


def _identity(folder: Path, server: str) -> Path:
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f'{token},admin,1,"system:masters"\n')
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "accounts.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "accounts.pub").write_bytes(public)
    config = folder / "kubeconfig"
    cluster = {"server": server, "insecure-skip-tls-verify": True}  # a certificate of its own making, for one test
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": "test", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": "default"}}],
    }
    config.write_text(yaml.safe_dump(document))
    return config


@contextmanager
def _running(log: Path, program: Path, flags: dict[str, object]) -> Iterator[None]:
    command = [str(program), *(f"--{name}={value}" for name, value in flags.items())]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            yield
        finally:
            process.kill()  # a throw-away cluster has nothing to shut down for
            process.wait()


def _until_it_answers(client: Client, log: Path) -> None:
    until = time.monotonic() + LIMIT
    while True:
        try:
            client.get(Namespace, "default")
        except httpx2.HTTPError as error:
            if time.monotonic() > until:
                last = log.read_text()[-2000:]
                raise TimeoutError(f"the API server does not answer; its last words:\n{last}") from error
            time.sleep(0.1)
        else:
            return

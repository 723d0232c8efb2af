"""What the tests of the resolver share: a moto server, a zone in it, and the resolver as a process."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns
from tests.resolver.resolver_helpers import HOST, free_port, wait_for


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
        return True
    return False


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A moto server of its own."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _listens(port), 60)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def env(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment by which boto3 finds the moto server."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


Start = Callable[..., Dns]


@dataclass
class Zone:
    """A hosted zone, and changes made to it."""

    client: Any
    name: str
    id: str

    def put(
        self, name: str, kind: str = "A", ttl: int = 300, values: tuple[str, ...] = ("172.20.32.5",), **more: Any
    ) -> None:
        """Write a record set."""
        record = {
            "Name": f"{name}.{self.name}",
            "Type": kind,
            "TTL": ttl,
            "ResourceRecords": [{"Value": value} for value in values],
            **more,
        }
        change = {"Action": "UPSERT", "ResourceRecordSet": record}
        self.client.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch={"Changes": [change]})

    def check(self, address: str, port: int = 80, **config: Any) -> str:
        """Make a health check of *address*, and give its id."""
        wanted = {"Type": "HTTP", "RequestInterval": 10, "FailureThreshold": 2, **config}
        made = self.client.create_health_check(
            CallerReference=uuid.uuid4().hex, HealthCheckConfig={"IPAddress": address, "Port": port, **wanted}
        )
        return str(made["HealthCheck"]["Id"])

    def put_answers(self, name: str, addresses: Sequence[str], checks: Sequence[str | None]) -> None:
        """Write a multi-value answer for each address, tied to its check."""
        for address, check in zip(addresses, checks, strict=True):
            more: dict[str, Any] = {"HealthCheckId": check} if check else {}
            self.put(name, values=(address,), SetIdentifier=f"{name}-{address}", MultiValueAnswer=True, **more)


@pytest.fixture
def zone(env: dict[str, str]) -> Zone:
    """A hosted zone of its own."""
    client = boto3.client("route53")
    name = f"t{uuid.uuid4().hex[:8]}.example.com"
    return Zone(client, name, client.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"])


@pytest.fixture
def start(env: dict[str, str], zone: Zone) -> Iterator[Start]:
    """Starts the resolver with further arguments, and gives an observer that asks it."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> Dns:
        port = free_port()
        command = [sys.executable, "-m", "provision.resolver", "--listen", f"{HOST}:{port}",
                   "--zone-suffix", zone.name, "--interval-scale", "0.01", *arguments]  # fmt: skip
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready {HOST}:{port}\n"
        return Dns(HOST, port, fidelity=Fidelity.SIMULATED, recorder=Recorder())

    yield run
    for process in started:
        process.terminate()
        assert process.wait(20) == 0
        if process.stdout:
            process.stdout.close()

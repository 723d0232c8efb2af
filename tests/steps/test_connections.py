"""What a pod of nobody's has tried is told port by port; what it has not tried is no sign of anything."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from seatrial.checks.convergence import UnmetError, eventually
from seatrial.checks.expectations import every
from steps.support import connections, manifests


class Stub:
    """Two pods with a port each, and what a stranger was told."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self.told = told

    def image(self) -> str:
        """Return an image."""
        return "microservice"

    def ports(self, *_namespaces: str) -> Mapping[str, Mapping[str, object]]:
        """Return their ports."""
        return {
            "10.0.0.1:8080": {"pod": "ingress/ingress-controller-a", "port": "http"},
            "10.0.0.2:27017": {"pod": "backing/mongodb-0", "port": "mongodb"},
        }

    def tried(self, _namespace: str, _name: str) -> Mapping[str, str]:
        """Return what it was told."""
        return self.told


def test_ports_are_told_apart_by_their_pods() -> None:
    """Those of one workload are judged by themselves, and all others by themselves."""
    policies = Stub({"10.0.0.1:8080": "connected", "10.0.0.2:27017": "TimeoutError: timed out"})
    assert ["ingress/ingress-controller-a http"] == list(connections.of(policies, "x", "ingress-controller"))
    assert ["backing/mongodb-0 mongodb"] == list(connections.but(policies, "x", "ingress-controller"))


@pytest.mark.parametrize("told", [{"10.0.0.2:27017": "connected"}, {"10.0.0.1:8080": "connected"}, {}])
def test_a_port_that_was_not_tried_turns_nobody_away(told: Mapping[str, str]) -> None:
    """One that lets the stranger through, and one that he has not come to yet, are both named."""
    away = every("ports", least=1, told=connections.TURNED_AWAY)
    with pytest.raises(UnmetError, match="backing/mongodb-0 mongodb"):
        eventually(lambda: connections.but(Stub(told), "x", "ingress-controller"), away, within=0.1)


@pytest.mark.parametrize(
    ("selector", "types", "ingress", "closed"),
    [
        ({}, ["Ingress"], None, True),
        ({}, None, None, True),
        ({"app": "x"}, ["Ingress"], None, False),
        ({}, ["Egress"], None, False),
        ({}, ["Ingress"], [{}], False),
    ],
)
def test_a_namespace_is_closed_by_a_policy_for_all_that_names_nobody(
    selector: dict[str, str], types: list[str] | None, ingress: list[object] | None, closed: bool
) -> None:
    """A policy for some pods, for what they send, or that lets somebody in, closes no namespace."""
    chosen = SimpleNamespace(matchLabels=selector, matchExpressions=None)
    spec = SimpleNamespace(podSelector=chosen, policyTypes=types, ingress=ingress)
    policy = SimpleNamespace(metadata=SimpleNamespace(namespace="dns"), spec=spec)
    found = connections.closed([policy])
    assert {"backing": False, "dns": closed, "ingress": False, "microservices": False} == {
        name: row["turns_away"] for name, row in found.items()
    }


def test_the_stranger_writes_down_what_came_of_each_trial() -> None:
    """It connects where somebody listens, and says why not where nobody does."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        open_at, closed_at = (f"127.0.0.1:{one.getsockname()[1]}" for one in (listening, closed))
        pod = manifests.stranger("x", "image", [open_at, closed_at])
        command = pod["spec"]["containers"][0]["command"]
        with subprocess.Popen([sys.executable, *command[1:]], stdout=subprocess.PIPE, text=True) as trying:
            assert trying.stdout is not None
            told = json.loads(trying.stdout.readline())
            trying.kill()
    assert "connected" == told[open_at]
    assert told[closed_at].startswith("ConnectionRefusedError")

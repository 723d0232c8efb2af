"""What KWOK has passed over is changed, so that it looks again, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lightkube.resources.core_v1 import Node, Pod

from provision.targets.local.overlooked import Overlooked
from tests.dns_updater.kubernetes_api import Kubernetes, api_server
from tests.local.clock import Clock

BACK, WELL, AWAY = "ip-1", "ip-2", "ip-3"


@pytest.fixture(scope="module")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    """A real API server with three nodes: one is back and overlooked, one is well, one is away."""
    with api_server(tmp_path_factory.mktemp("kubernetes")) as server:
        for node in (BACK, WELL, AWAY):
            server.add_node(node, "172.20.32.5")
        for node in (BACK, AWAY):
            server.set_away(node, away=True)
            server.set_ready(node, ready=False)
        yield server


def touched(kubernetes: Kubernetes) -> set[str]:
    """Return the names of nodes and pods that were touched."""
    client: Any = kubernetes.client
    found = [*client.list(Node), *client.list(Pod, namespace="*")]
    return {f.metadata.name for f in found if "seatrial.dev/touched" in (f.metadata.annotations or {})}


def test_what_does_not_get_ready_is_touched(kubernetes: Kubernetes) -> None:
    """Not at once, and only on the node whose heartbeats have begun, while nobody has ended them."""
    clock = Clock()
    overlooked = Overlooked(kubernetes.client, clock)

    def look() -> set[str]:
        overlooked.touch(list(kubernetes.client.list(Node)))
        return touched(kubernetes)

    for node in (BACK, WELL, AWAY):
        overlooked.begun(node)
    overlooked.ended(AWAY)
    assert set() == look()
    clock.now += 3
    assert {BACK, f"controller-{BACK}"} == look()


def test_what_stays_as_it_is_for_long_is_left_alone(kubernetes: Kubernetes) -> None:
    """A minute later it has another cause."""
    clock = Clock()
    overlooked = Overlooked(kubernetes.client, clock)
    overlooked.begun(AWAY)
    clock.now += 61
    overlooked.touch(list(kubernetes.client.list(Node)))
    assert AWAY not in touched(kubernetes)

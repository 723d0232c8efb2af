"""A platform's network: its own, and closed."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
from collections.abc import Iterator

import pytest

from provision.engine import Engine
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.network import KindNetwork, teams

pytestmark = pytest.mark.kind


def rules() -> str:
    return subprocess.run(["iptables-save"], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def other(engine: Engine) -> Iterator[KindNetwork]:
    """The network of another team."""
    one = KindNetwork(f"u{os.getpid()}", engine, [PODS, SERVICES])
    yield one
    one.remove()


def test_it_is_made_once(network: KindNetwork) -> None:
    """Having it twice gives the same network and the same rules."""
    first = network.ensure()
    before = rules().count(first.bridge)
    assert (first, before) == (network.ensure(), rules().count(first.bridge))


def test_the_machine_has_the_gateways_address(network: KindNetwork) -> None:
    """Servers of the platform can listen on the gateway's address, which is in the network's range."""
    made = network.ensure()
    assert ipaddress.ip_address(made.gateway) in ipaddress.ip_network(made.subnet)
    with socket.create_server((made.gateway, 0)) as server:
        assert made.gateway == server.getsockname()[0]


def test_two_platforms_have_ranges_of_their_own(network: KindNetwork, other: KindNetwork, engine: Engine) -> None:
    """Networks of two teams do not overlap, and both are listed."""
    one, two = network.ensure(), other.ensure()
    assert not ipaddress.ip_network(one.subnet).overlaps(ipaddress.ip_network(two.subnet))
    assert {one.name, two.name} <= {f"seatrial-{team}" for team in teams(engine)}


@pytest.mark.parametrize("inside", ["100.64.255.254", "100.127.255.254"])
def test_nothing_leaves_for_the_clusters_ranges(network: KindNetwork, inside: str) -> None:
    """What is sent to a pod or a service that nothing translates is refused at once, and counted."""
    network.ensure()
    with pytest.raises(ConnectionRefusedError), socket.create_connection((inside, 80), timeout=10):
        pass
    assert network.rejected() > 0


def test_removing_it_leaves_nothing(network: KindNetwork) -> None:
    """Network, bridge and rules are gone; removing it once more is no error."""
    before = rules().count("\n-A")
    made = network.ensure()
    network.remove()
    network.remove()
    assert (None, 0, before) == (network.look(), network.rejected(), rules().count("\n-A"))
    assert made.bridge not in rules()
    assert made.bridge not in {name for _, name in socket.if_nameindex()}

"""What tests of the target ``kind`` share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from provision.engine import Engine, find
from provision.engine.packages import which
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.network import KindNetwork


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The container engine of this machine."""
    found = find()
    if found is None:
        pytest.skip("no container engine answers")
    if os.geteuid() != 0 or which("iptables") is None:
        pytest.skip("rules of the packet filter need root and iptables")
    return found


@pytest.fixture
def network(engine: Engine) -> Iterator[KindNetwork]:
    """The network of a team of the test's own, not yet made; removed afterwards."""
    one = KindNetwork(f"t{os.getpid()}", engine, [PODS, SERVICES])
    yield one
    one.remove()

"""Whatever a platform on real nodes listens on is known, and refuses who has no keys, on this machine and in a pod."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provision import spec_file
from provision.engine import Engine
from provision.targets.kind.parts import KindParts
from provision.toolchain import Toolchain
from tests.kind.doors import a_pods_network, listen_in, of_machines, of_processes, published
from tests.kind.standing import sandbox_on
from tests.local.asking import answered, certificate_of_her_own, surprises
from tests.local.listening import listeners

pytestmark = [pytest.mark.kind, pytest.mark.slow]
TEAM = "closed"


@pytest.fixture
def parts(engine: Engine) -> Iterator[KindParts]:
    """A platform that is up, of a copy of the project."""
    with sandbox_on(engine) as sandbox:
        command = sandbox.start("up", f"--team={TEAM}", "--target=kind")
        said = command.communicate()[0]
        assert 0 == command.returncode, said
        yield KindParts(sandbox.root, TEAM, spec_file.read(), Toolchain())


def test_every_listener(parts: KindParts, engine: Engine, tmp_path: Path) -> None:
    """Nothing listens but what is named; to who has no keys it answers what is named with a reason, and nothing else.

    She asks as a user of this machine, and from the network of a pod.
    """
    masters, balancer = parts.masters(), parts.cluster.balancer()
    assert balancer is not None
    (front,) = engine.inspect("container", [balancer])
    (network,) = front["NetworkSettings"]["Networks"].values()
    inside = of_machines(parts.cluster.addresses(), list(masters), (balancer, network["IPAddress"]))
    outside = of_processes(parts.network.gateway, TEAM, parts.spec.zone_name(TEAM))
    containers = [*parts.cluster.containers(), balancer]

    assert sorted(outside) == listeners(parts.state)
    assert sorted(inside) == listen_in(engine, containers)
    assert {"127"} == {host.partition(".")[0] for host, _ in published(engine, containers)}

    hers, known = certificate_of_her_own(tmp_path), {**outside, **inside}
    node = next(name for name in parts.cluster.addresses() if name not in masters)
    pod = ("nsenter", f"--net={a_pods_network(engine, node)}")
    assert {"this machine": [], "a pod": []} == {
        "this machine": surprises(known, answered(known, hers)),
        "a pod": surprises(known, answered(known, hers, pod)),
    }

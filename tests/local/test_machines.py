"""Masters follow their machines: processes die, come back and change owners with them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import httpx2
import pytest
from lightkube import ApiError
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.coordination_v1 import Lease
from lightkube.resources.core_v1 import Node

from provision.targets.local.masters import Master
from provision.targets.local.nodes import Nodes, node_for
from provision.targets.local.supervisor import Masters, Restarter, number_of
from provision.targets.simulated.addresses import addresses
from provision.targets.simulated.machines import Machine
from seatrial.provisioning.processes import ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState
from tests.local.clock import Clock

ONE = Machine(
    id="i-1",
    name="ip-172-20-32-5.eu-west-1.compute.internal",
    address="172.20.32.5",
    public_address="127.52.201.130",
    zone="eu-west-1a",
    type="t2.medium",
    group="control-plane-eu-west-1a",
    master=True,
    state="running",
)
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
WHERE = addresses("127.52.201", 5).masters
MASTER = Master(1, "eu-west-1a", WHERE[0])


def having(state: str, name: str = "i-1") -> Machine:
    return dataclasses.replace(ONE, state=state, id=name)


class Platform:
    """A master made of four sleeping processes, and what keeps it."""

    def __init__(self, root: Path) -> None:
        self.state = PlatformState(root, "team1")
        self.processes = ProcessTable(self.state)
        self.clock = Clock()
        for name in MASTER.processes():
            self.processes.start(ProcessSpec(name, SLEEP, {}))
        self.restarter = Restarter(self.processes, self.clock)
        self.masters = Masters(self.state, self.processes, [MASTER], self.restarter)

    def restart_daemon(self) -> None:
        """Begin anew with what is recorded alone."""
        self.masters = Masters(self.state, self.processes, [MASTER], self.restarter)

    def alive(self) -> list[bool]:
        """Tell which of the four processes run."""
        return [self.processes.alive(name) for name in MASTER.processes()]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    platform = Platform(tmp_path)
    yield platform
    platform.processes.sweep()


def test_nothing_happens_before_a_machine_was_seen_running(platform: Platform) -> None:
    """The standup starts the processes before the cloud has any instance."""
    platform.masters.keep([])
    platform.masters.keep([having("pending")])
    assert [True] * 4 == platform.alive()


def test_a_stopped_machine_takes_its_processes_along(platform: Platform) -> None:
    """They stay dead until it is started again."""
    platform.masters.keep([ONE])
    platform.masters.keep([having("stopped")])
    platform.masters.keep([having("stopped")])
    assert [False] * 4 == platform.alive()
    platform.masters.keep([ONE])
    assert [True] * 4 == platform.alive()


def test_a_daemon_that_was_restarted_knows_its_masters(platform: Platform) -> None:
    """Which machine is which master is recorded."""
    platform.masters.keep([ONE])
    platform.restart_daemon()
    platform.masters.keep([having("stopped")])
    assert [False] * 4 == platform.alive()


def test_a_replacement_takes_over(platform: Platform) -> None:
    """The processes are killed with the ended machine, and start again with the new one."""
    platform.masters.keep([ONE])
    before = [platform.processes.pid(name) for name in MASTER.processes()]
    platform.masters.keep([having("terminated"), having("running", "i-2")])
    after = [platform.processes.pid(name) for name in MASTER.processes()]
    assert set() == set(before) & set(after)
    platform.masters.keep([having("stopped", "i-2")])
    assert [False] * 4 == platform.alive()


def test_a_machine_that_the_cloud_forgot_has_ended(platform: Platform) -> None:
    """EC2 shows ended instances for a while only."""
    platform.masters.keep([ONE])
    platform.masters.keep([])
    assert [False] * 4 == platform.alive()


def test_a_crashed_process_is_restarted_with_growing_pauses(platform: Platform) -> None:
    """The first time at once, then after half a second, then after a whole one."""
    started = []
    for now in (0.0, 0.4, 0.6, 1.5, 1.7):
        platform.clock.now = 100.0 + now
        platform.processes.kill("etcd-1")
        started.append(bool(platform.restarter.keep(["etcd-1"])))
    assert [True, False, True, False, True] == started


def test_a_process_that_nobody_recorded_is_not_started(platform: Platform) -> None:
    """KWOK may not have been started yet."""
    assert [] == platform.restarter.keep(["kwok"])


@pytest.mark.parametrize(
    ("zone", "group", "number"),
    [
        ("eu-west-1b", "control-plane-eu-west-1b", 2),
        ("eu-west-1a", "control-plane-eu-west-1a-1", 1),
        ("eu-west-1a", "control-plane-eu-west-1a-2", 3),
        ("eu-west-1c", "control-plane-eu-west-1c", None),
    ],
)
def test_a_machine_is_a_master_by_its_zone_and_group(zone: str, group: str, number: int | None) -> None:
    """Groups are numbered where a zone has several masters."""
    masters = [Master(n, f"eu-west-1{'ab'[(n - 1) % 2]}", WHERE[n - 1]) for n in (1, 2, 3)]
    assert number == number_of(dataclasses.replace(ONE, zone=zone, group=group), masters)


def test_a_node_has_the_public_address_of_its_machine_while_that_runs() -> None:
    """A start that brings another one changes the node, once; a machine that is off leaves it as it is."""
    node = node_for(ONE, "1.36.1")
    client = _with([node], [])
    nodes = Nodes(client, "1.36.1")
    for machine in (ONE, dataclasses.replace(ONE, public_address="", state="stopping")):
        nodes.keep([machine])
        client.patch.reset_mock()
    nodes.keep([dataclasses.replace(ONE, public_address="127.52.201.131")])
    (change,) = [call.args[2] for call in client.patch.call_args_list if "status" in call.args[2]]
    assert {"type": "ExternalIP", "address": "127.52.201.131"} in change["status"]["addresses"]
    assert {"type": "InternalIP", "address": ONE.address} in change["status"]["addresses"]


def _with(nodes: list[Node], leases: list[Lease]) -> MagicMock:
    client = MagicMock()
    client.list.side_effect = lambda kind, **_: {Node: nodes, Lease: leases}[kind]
    return client


def _lease(holder: str) -> Lease:
    return Lease(metadata=ObjectMeta(name=ONE.name), spec=LeaseSpec(holderIdentity=holder))


@pytest.mark.parametrize(
    ("state", "holder", "held_by"),
    [
        ("stopped", "kwok", ["nobody"]),
        ("stopped", "nobody", []),
        ("running", "nobody", [None]),
        ("running", "kwok", []),
    ],
)
def test_the_heartbeats_of_a_machine_are_those_of_its_nodes_lease(
    state: str, holder: str, held_by: list[str | None]
) -> None:
    """Nobody holds it while the machine is off, so that KWOK does not; it is free as soon as the machine is on."""
    client = _with([node_for(ONE, "1.36.1")], [_lease(holder)])
    Nodes(client, "1.36.1").keep([dataclasses.replace(ONE, state=state)])
    changes = [call.args for call in client.patch.call_args_list if call.args[0] is Lease]
    assert [(ONE.name, one) for one in held_by] == [
        (name, change["spec"]["holderIdentity"]) for _, name, change in changes
    ]


def test_a_machine_that_stops_before_its_node_had_a_lease_is_given_one_that_nobody_holds() -> None:
    client = _with([node_for(ONE, "1.36.1")], [])
    answer = httpx2.Response(404, json={"code": 404, "message": "not found"})
    client.patch.side_effect = ApiError(response=answer)
    Nodes(client, "1.36.1").keep([dataclasses.replace(ONE, state="stopped")])
    (made,) = [call.args[0] for call in client.create.call_args_list]
    assert (ONE.name, "nobody") == (made.metadata.name, made.spec.holderIdentity)


def test_a_node_tells_where_it_comes_from() -> None:
    """Zone, instance, type and role are labels; masters are tainted."""
    node = node_for(ONE, "1.36.1")
    assert node.metadata is not None
    assert node.spec is not None
    labels = node.metadata.labels or {}
    assert "eu-west-1a" == labels["topology.kubernetes.io/zone"]
    assert "eu-west-1" == labels["topology.kubernetes.io/region"]
    assert "t2.medium" == labels["node.kubernetes.io/instance-type"]
    assert "i-1" == labels["seatrial.dev/instance-id"]
    assert "aws:///eu-west-1a/i-1" == node.spec.providerID
    assert ["node-role.kubernetes.io/control-plane"] == [taint.key for taint in node.spec.taints or []]

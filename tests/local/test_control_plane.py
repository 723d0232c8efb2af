"""The control plane with its real programs: it comes up, loses a master, grows, and goes without a trace."""

from __future__ import annotations

import os
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import boto3
import httpx2
import psutil
import pytest
from lightkube import ApiError, Client, KubeConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Node

from provision.spec_file import read
from provision.targets.base.environment import python_environment
from provision.targets.base.parts import EXTRA_MEMBER
from provision.targets.local.control_plane import TOOLS, ControlPlane
from provision.targets.simulated.addresses import claim
from provision.targets.simulated.etcd_members import EtcdMembers
from provision.toolchain import Toolchain
from seatrial.observers.etcd import Etcd
from seatrial.provisioning.processes import MARK, ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState

MISSING = [name for name in TOOLS if Toolchain().look(name).path is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not in the toolchain's cache yet: {', '.join(MISSING)}")
SPEC = read()
CLUSTER = SPEC.zone_name("team1")
LIMIT = 120.0  # more than ten times what anything here takes on two idle cores


@dataclass
class Running:
    """A control plane that is up, with one machine for each master and one node."""

    plane: ControlPlane
    processes: ProcessTable
    client: Client
    etcd: Etcd
    members: EtcdMembers
    ec2: object
    masters: list[str]


def until(what: str, met: Callable[[], bool]) -> None:
    """Wait until something holds."""
    limit = time.monotonic() + LIMIT
    while time.monotonic() < limit:
        try:
            if met():
                return
        except (ApiError, httpx2.HTTPError):
            pass
        time.sleep(0.05)
    pytest.fail(f"{what}: not within {LIMIT} s")


def launch(ec2: object, zone: str, role: str) -> str:
    """Start an instance with the tags that kops gives."""
    tags = {"KubernetesCluster": CLUSTER, "kops.k8s.io/instancegroup": f"{role}-{zone}", f"k8s.io/role/{role}": "1"}
    answer = ec2.run_instances(  # type: ignore[attr-defined]
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        InstanceType="t2.medium",
        Placement={"AvailabilityZone": zone},
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        ],
    )
    return str(answer["Instances"][0]["InstanceId"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state = PlatformState(tmp_path_factory.mktemp("platform"), "team1")
    processes = ProcessTable(state)
    try:
        where = claim(state, SPEC.masters.count, {})
        tools = {name: Toolchain().ensure(name) for name in TOOLS}
        plane = ControlPlane(state, processes, tools, where, SPEC)
        moto = [sys.executable, "-m", "moto.server", "-H", where.moto.host, "-p", str(where.moto.port)]
        processes.start(ProcessSpec("moto", moto, python_environment()))
        plane.start()
        until("the API", lambda: not plane.api_unready() and not plane.etcd_unready())
        until("leaders", lambda: not plane.controllers_unready())
        aws = {
            "AWS_ENDPOINT_URL": where.moto.http,
            "AWS_DEFAULT_REGION": SPEC.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        plane.start_nodes(aws)
        ec2 = boto3.client(
            "ec2",
            endpoint_url=where.moto.http,
            region_name=SPEC.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - moto takes any
        )
        masters = [launch(ec2, zone, "control-plane") for zone in SPEC.zones]
        config = KubeConfig.from_file(str(plane.kubeconfig())).get()
        client = Client(config=config, timeout=httpx2.Timeout(5), trust_env=False)
        pair = plane.etcd_client()
        etcd = Etcd(
            {master.process("etcd"): master.addresses.etcd.client.https for master in plane.masters},
            plane.pki.etcd.pair.cert,
            pair.cert,
            pair.key,
        )
        members = EtcdMembers(
            state,
            processes,
            plane.pki,
            tools["etcd"],
            masters={f"etcd-{n}": master.etcd for n, master in enumerate(plane.addresses.masters, start=1)},
            extra={f"{EXTRA_MEMBER}{n}": at for n, at in enumerate(plane.addresses.extra_members, start=1)},
        )
        yield Running(plane, processes, client, etcd, members, ec2, masters)
        etcd.close()
        members.close()
        plane.stop()
        assert ["moto"] == [record.name for record in processes.list() if record.pid]
    finally:
        processes.sweep()
        state.remove()
    assert [] == [p.pid for p in psutil.process_iter() if str(state.dir) in _mark(p)]


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "") if process.pid != os.getpid() else ""
    except (psutil.Error, OSError):
        return ""


def ready(client: Client) -> dict[str, str]:
    """Return the status of the condition Ready of every node, by instance."""
    found = {}
    for node in client.list(Node):
        conditions = (node.status.conditions if node.status else None) or []
        status = next((c.status for c in conditions if c.type == "Ready"), "")
        found[(node.metadata.labels or {})["seatrial.dev/instance-id"]] = status  # type: ignore[union-attr]
    return found


def test_every_machine_is_a_ready_node(running: Running) -> None:
    """KWOK's heartbeats reach the node controller."""
    until("nodes", lambda: ready(running.client) == dict.fromkeys(running.masters, "True"))


def test_all_members_are_healthy_and_follow_one_leader(running: Running) -> None:
    """The observer asks each member itself."""
    assert ["etcd-1", "etcd-2", "etcd-3"] == [member.name for member in running.etcd.healthy()]
    leader = running.etcd.leader()
    assert leader is not None
    assert [leader.id] * 3 == [status.leader for status in running.etcd.status()]


def test_a_stranger_is_refused(running: Running) -> None:
    """Without a certificate nobody is let in."""
    server = running.plane.masters[0].addresses.apiserver.https
    ca = running.plane.pki.kubernetes.pair.cert
    answer = httpx2.get(f"{server}/api/v1/nodes", verify=ssl.create_default_context(cafile=str(ca)), trust_env=False)
    assert 401 == answer.status_code


def test_a_lost_master_stops_nobody(running: Running) -> None:
    """Its processes die with its machine, writes go on, and it comes back with its data."""
    running.ec2.stop_instances(InstanceIds=running.masters[:1])  # type: ignore[attr-defined]
    until("its processes to die", lambda: not any(map(running.processes.alive, running.plane.masters[0].processes())))
    note = ConfigMap(metadata=ObjectMeta(name="note", namespace="default"))
    until("a write", lambda: bool(running.client.apply(note, field_manager="test")))
    assert ["etcd-2", "etcd-3"] == [member.name for member in running.etcd.healthy()]
    until("NotReady", lambda: ready(running.client)[running.masters[0]] == "Unknown")
    running.ec2.start_instances(InstanceIds=running.masters[:1])  # type: ignore[attr-defined]
    until("all to be back", lambda: not running.plane.api_unready() and not running.plane.etcd_unready())
    until("Ready", lambda: ready(running.client)[running.masters[0]] == "True")


def test_an_ended_machines_node_goes(running: Running) -> None:
    """It is NotReady first, then away; what replaces it registers."""
    ended = running.masters.pop()
    running.ec2.terminate_instances(InstanceIds=[ended])  # type: ignore[attr-defined]
    running.masters.append(launch(running.ec2, SPEC.zones[2], "control-plane"))
    until("the replacement", lambda: ready(running.client) == dict.fromkeys(running.masters, "True"))
    until("its API server", lambda: not running.plane.api_unready())


def test_members_grow_by_two_and_go_again(running: Running) -> None:
    """Five members vote, then three."""
    until("etcd", lambda: not running.plane.etcd_unready())
    names = running.members.grow(2)
    assert ["etcd-extra-1", "etcd-extra-2"] == names == running.members.added()
    until("five members", lambda: len(running.etcd.healthy()) == 5)
    assert ["etcd-extra-2", "etcd-extra-1"] == running.members.shrink(3)
    assert ["etcd-1", "etcd-2", "etcd-3"] == [member.name for member in running.etcd.members()]

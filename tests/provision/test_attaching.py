"""Who attaches volumes, as pods come, move and go."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace as Thing
from typing import Any

import boto3
import pytest
from lightkube.resources.core_v1 import Node, PersistentVolume, Pod
from moto import mock_aws

from provision.targets.local.gates import LocalGates
from provision.targets.simulated.attaching import Attacher
from provision.workloads.volumes import VOLUME_ID

ZONES = ("eu-west-1a", "eu-west-1b")


class Platform:
    """Two machines, a volume in the zone of the first, and a cluster that knows of them."""

    def __init__(self) -> None:
        self.ec2: Any = boto3.client("ec2", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
        image = self.ec2.describe_images()["Images"][0]["ImageId"]
        run = [
            self.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, Placement={"AvailabilityZone": zone})
            for zone in (ZONES[0], *ZONES)
        ]
        self.machines = [one["Instances"][0]["InstanceId"] for one in run]
        self.volume = self.ec2.create_volume(AvailabilityZone=ZONES[0], Size=1)["VolumeId"]
        self.pods: list[object] = []
        self.volumes: list[object] = [_volume(self.volume), _volume("vol-of-nobody")]
        self._attacher = Attacher(self, self.ec2)  # type: ignore[arg-type]  # a cluster of its own

    def list(self, kind: type, **_: str) -> list[object]:
        """Answer as the cluster's API would."""
        nodes = [
            Thing(metadata=Thing(name=f"node-{number}"), spec=Thing(providerID=f"aws:///zone/{machine}"))
            for number, machine in enumerate(self.machines)
        ]
        answers: dict[type, list[object]] = {Node: list(nodes), PersistentVolume: self.volumes, Pod: self.pods}
        return answers[kind]

    def place(self, *nodes: int) -> None:
        """Have a pod that claims the volume on each of *nodes*."""
        claims = [Thing(persistentVolumeClaim=None), Thing(persistentVolumeClaim=Thing(claimName="data"))]
        self.pods = [
            Thing(metadata=Thing(namespace="backing"), spec=Thing(nodeName=f"node-{node}", volumes=claims))
            for node in nodes
        ]

    def attached(self) -> set[str]:
        """Name the machines that have the volume, once it was looked after."""
        for _ in range(2):  # a second time changes nothing
            self._attacher.keep()
        found = self.ec2.describe_volumes(VolumeIds=[self.volume])["Volumes"][0]["Attachments"]
        return {one["InstanceId"] for one in found}


def _volume(handle: str) -> object:
    claim = Thing(namespace="backing", name="data" if handle != "vol-of-nobody" else "other")
    return Thing(
        metadata=Thing(annotations={VOLUME_ID: handle}),
        spec=Thing(claimRef=claim, csi=Thing(volumeHandle=handle) if handle == "vol-of-nobody" else None),
    )


@pytest.fixture
def platform() -> Iterator[Platform]:
    with mock_aws():
        yield Platform()


def test_a_volume_follows_its_pod(platform: Platform) -> None:
    """It is attached where the pod stands, moves with it, and is free once there is none."""
    assert set() == platform.attached()
    platform.place(0)
    assert {platform.machines[0]} == platform.attached()
    platform.place(1)
    assert {platform.machines[1]} == platform.attached()
    platform.place()
    assert set() == platform.attached()


def test_a_volume_stays_in_its_zone(platform: Platform) -> None:
    """A machine of another zone does not get it, nor one that has ended; EC2's refusals end nobody."""
    platform.place(2)
    assert set() == platform.attached()
    platform.place(0)
    assert platform.attached()
    platform.ec2.terminate_instances(InstanceIds=[platform.machines[0]])
    assert set() == platform.attached()


def test_a_detached_volume_is_attached_again(platform: Platform) -> None:
    """What somebody did by hand does not last."""
    platform.place(0)
    there = platform.attached()
    platform.ec2.detach_volume(VolumeId=platform.volume, InstanceId=min(there))
    assert there == platform.attached()


def test_the_platform_is_whole_once_volumes_are_where_their_pods_are(platform: Platform) -> None:
    """Neither one that is on its way, nor one that another machine has, is taken for attached."""
    parts: Any = Thing(kube=lambda: platform, access=Thing(client=lambda _: platform.ec2))
    apart = LocalGates(parts).volumes_apart
    assert not apart()
    platform.place(0)
    assert apart() == [f"the volume {platform.volume} is not where its pod is"]
    platform.attached()
    assert not apart()
    platform.place(1)
    assert apart() == [f"the volume {platform.volume} is not where its pod is"]
    platform.place()
    assert apart() == [f"the volume {platform.volume} is not where its pod is"]
    platform.attached()
    assert not apart()

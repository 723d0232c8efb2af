"""Another platform.yaml, as far as the cloud goes: another region, more zones than masters, five masters, six nodes."""

from __future__ import annotations

import os
from pathlib import Path

from provision.estate import AwsAccess, Estate, Keys, Kops, moto_environment
from provision.spec import PlatformSpec
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.aws import Aws

ZONES = [f"us-east-1{letter}" for letter in "abcdef"]


def test_more_zones_than_masters(
    endpoint: str,
    keys: Keys,
    spec: PlatformSpec,
    kops_binary: Path,
    ca: tuple[Path, Path],
    encryption: Path,
    tmp_path: Path,
) -> None:
    """Masters stand in the first zones, a node in each; network, zone and region are those that were asked for."""
    told = PlatformSpec.model_validate(
        spec.model_dump()
        | {"region": "us-east-1", "zones": ZONES, "network": "10.32.0.0/16", "domain": "shop.example.org"}
        | {"masters": {"count": 5, "type": "t2.medium"}, "nodes": {"count": 6, "type": "t2.large"}}
    )
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    access = AwsAccess(base | moto_environment(endpoint, "us-east-1", keys))
    kops = Kops(kops_binary, access, told, "large", tmp_path)
    estate = Estate(told, "large", access, kops)
    estate.ensure_store()
    estate.ensure_zone()
    estate.ensure_cluster(*ca, encryption)
    standing = [(str(i.group).partition("-us-east")[0], i.zone) for i in estate.instances()]
    assert sorted([("control-plane", z) for z in ZONES[:5]] + [("nodes", z) for z in ZONES]) == sorted(standing)
    aws = Aws(access, Fidelity.SIMULATED, Recorder())
    assert ["10.32.0.0/16"] == [vpc.cidr for vpc in aws.vpcs({"KubernetesCluster": "large.shop.example.org"})]
    assert [] == kops.changes()
    estate.destroy()

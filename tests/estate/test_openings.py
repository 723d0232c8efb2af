"""Whom kops and our rules let in is what platform.yaml says, and the whole of it is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate, Kops
from provision.estate.openings import agreed_openings
from provision.spec import PlatformSpec
from seatrial.observers.aws import Aws
from steps.support import machines

_SSH, _API, _STATUS = ["192.0.2.0/24", "2001:db8::/32"], ["198.51.100.0/24"], ["203.0.113.0/24", "2001:db8:1::/48"]


def test_closed_unless_told(stood_up: Callable[[str], Estate], aws: Aws, spec: PlatformSpec) -> None:
    """The project's own platform is open to whom it says, and SSH to nobody."""
    stood_up("red")
    found = set(machines.Estate(aws, "red.example.com").openings())
    assert set(agreed_openings(spec)) == found
    assert [] == [opening for opening in found if " 22 " in opening]


def test_open_to_whom_it_says(
    spec: PlatformSpec,
    access: AwsAccess,
    aws: Aws,
    kops_binary: Path,
    ca: tuple[Path, Path],
    encryption: Path,
    tmp_path: Path,
) -> None:
    """Ranges of either family are opened, each for what it was stated for; done again, nothing changes."""
    told = spec.model_copy(
        update={"access": spec.access.model_copy(update={"ssh": _SSH, "api": _API, "status": _STATUS})}
    )
    estate = Estate(told, "blue", access, Kops(kops_binary, access, told, "blue", tmp_path))
    estate.ensure_store()
    estate.ensure_zone()
    estate.ensure_cluster(*ca, encryption)
    assert [80, 443, 18080] == estate.ensure_ingress_rules()
    assert [] == estate.ensure_ingress_rules()
    found = set(machines.Estate(aws, "blue.example.com").openings())
    assert set(agreed_openings(told)) == found
    assert {
        "masters tcp 22 192.0.2.0/24",
        "masters tcp 443 198.51.100.0/24",
        "nodes tcp 18080 2001:db8:1::/48",
    } <= found


@pytest.mark.parametrize(
    ("permission", "named"),
    [
        ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, "all all 0.0.0.0/0"),
        (
            {"IpProtocol": "udp", "FromPort": 1, "ToPort": 9, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
            "udp 1-9 10.0.0.0/8",
        ),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, "tcp 22 ::/0"),
    ],
)
def test_a_group_that_a_machine_wears_besides(
    stood_up: Callable[[str], Estate], access: AwsAccess, aws: Aws, permission: Any, named: str
) -> None:
    """Another group on one machine opens it as well, whoever's group it is."""
    red, ec2 = stood_up("red"), access.client("ec2")
    machine = red.instances()[0].id
    worn = [
        g["GroupId"]
        for g in ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]["SecurityGroups"]
    ]
    network = aws.vpcs({"KubernetesCluster": "red.example.com"})[0].id
    other = ec2.create_security_group(GroupName="besides", Description="by hand", VpcId=network)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[permission])
    ec2.modify_instance_attribute(InstanceId=machine, Groups=[*worn, other])
    try:
        assert f"besides {named}" in machines.Estate(aws, "red.example.com").openings()
    finally:
        ec2.modify_instance_attribute(InstanceId=machine, Groups=worn)
        ec2.delete_security_group(GroupId=other)

"""The gates of the standup that look at the cloud: each names what is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate
from provision.estate.api_name import NAMES, point
from provision.spec import PlatformSpec
from provision.targets.base.gates import Gates, master_addresses

TEAM = "green"


class CloudGates(Gates):
    """The gates alone, of a platform without a cluster."""

    def cluster_unready(self) -> Sequence[str]:
        """Return nothing: there is no cluster to look at."""
        return []


@pytest.fixture(scope="module")
def parts(access: AwsAccess, spec: PlatformSpec, stood_up: Callable[[str], Estate]) -> Any:
    """What gates look at: an estate that is stood up."""
    return SimpleNamespace(access=access, spec=spec, team=TEAM, estate=stood_up(TEAM))


def test_the_gate_of_names(parts: Any) -> None:
    """The masters' names are waited for until each has the address of every master."""
    masters, names = master_addresses(parts), [f"{name}.{TEAM}.example.com" for name in NAMES]
    lacking = [f"{name} lacks {address}" for name in names for address in masters]
    assert lacking == list(CloudGates(parts).names_unready())
    route53, zone = parts.access.client("route53"), parts.estate.hosted_zone_id()
    point(route53, zone, f"{TEAM}.example.com", masters)
    assert [] == list(CloudGates(parts).names_unready())
    for name in names:
        record: Any = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": a} for a in masters[1:]]}
        changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    assert [f"{name} lacks {masters[0]}" for name in names] == list(CloudGates(parts).names_unready())


def test_the_gate_of_volumes(parts: Any) -> None:
    """A member's volume that is not there is named."""
    assert [] == list(CloudGates(parts).volumes_unready())
    lost = parts.estate.find_volumes()[1]
    parts.access.client("ec2").delete_volume(VolumeId=lost.volume_id)
    assert [f"MongoDB member {lost.member} has no volume"] == list(CloudGates(parts).volumes_unready())


def test_the_gate_of_ports(parts: Any) -> None:
    """A port of the ingress that is closed is named."""
    assert [] == list(CloudGates(parts).ports_closed())
    ec2 = parts.access.client("ec2")
    named: Any = [{"Name": "group-name", "Values": [f"nodes.{TEAM}.example.com"]}]
    group = ec2.describe_security_groups(Filters=named)["SecurityGroups"][0]
    opening = next(p for p in group["IpPermissions"] if p.get("FromPort") == 443 and p["IpRanges"])
    kept = {key: opening[key] for key in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[kept])
    assert ["port 443 is closed"] == list(CloudGates(parts).ports_closed())

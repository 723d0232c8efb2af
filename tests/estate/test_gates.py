"""The gates of the standup that look at the cloud: each names what is not there yet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from provision.estate import AwsAccess, Estate
from provision.estate.api_name import NAMES, point
from provision.spec import PlatformSpec
from provision.targets.base.gates import Gates, master_addresses
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.observers.dns import DnsUnreachableError
from tests.resolver.resolver_helpers import free_port

TEAM = "green"
ZONE = f"{TEAM}.example.com"
PLACEHOLDER = "203.0.113.123"
"""Where kops has a name lead until its controller knows better."""


class CloudGates(Gates):
    """The gates alone, of a platform without a cluster."""

    def cluster_unready(self) -> Sequence[str]:
        """Return nothing: there is no cluster to look at."""
        return []


@pytest.fixture(scope="module")
def parts(access: AwsAccess, spec: PlatformSpec, stood_up: Callable[[str], Estate]) -> Any:
    """What gates look at: an estate that is stood up."""
    return SimpleNamespace(access=access, spec=spec, team=TEAM, estate=stood_up(TEAM))


@pytest.fixture(scope="module")
def resolver(parts: Any) -> Iterator[None]:
    """The name server of the zone."""
    port = free_port()
    asked = ["--listen", f"127.0.0.1:{port}", "--zone-suffix", ZONE, "--public", "--probe=estate"]
    with subprocess.Popen(
        [sys.executable, "-m", "provision.resolver", *asked], env={**os.environ, **parts.access._env}
    ) as process:
        parts.resolver = ("127.0.0.1", port)
        yield
        process.terminate()


def test_the_gate_of_names(parts: Any, resolver: None) -> None:
    """The masters' names are waited for until whoever asks for one is led to every master, and to nobody else."""
    masters, names = master_addresses(parts), [f"{name}.{ZONE}" for name in NAMES]

    def told(wrong: list[str]) -> None:
        def look() -> list[str] | str:
            try:
                return list(CloudGates(parts).names_unready())
            except DnsUnreachableError as error:  # it has begun only now
                return str(error)

        eventually(look, equal_to(wrong), within=30)

    at_first = [*(f"lacks {address}" for address in masters), f"leads to {PLACEHOLDER}, which is no master"]
    told([f"{name} {wrong}" for name in names for wrong in at_first])
    route53, zone = parts.access.client("route53"), parts.estate.hosted_zone_id()
    point(route53, zone, ZONE, masters)
    told([])
    for name in names:
        leads = [{"Value": address} for address in [*masters[1:], "192.0.2.1"]]
        record: Any = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": leads}
        changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    told([w for n in names for w in (f"{n} lacks {masters[0]}", f"{n} leads to 192.0.2.1, which is no master")])


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

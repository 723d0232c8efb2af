"""The world outside of a network, as a moto server plays it, and a zone to which it is led."""

from __future__ import annotations

import ipaddress
import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provision.estate import AwsAccess, Estate
from provision.estate.account.delegation import asked_of_account, see_delegated
from provision.estate.names import Names
from provision.estate.public_zone import ensure_delegated, public_zones
from provision.estate.resources import KINDS
from provision.estate.scope import Scope
from provision.spec import PlatformSpec
from seatrial.errors import UsageError

from .conftest import WORLD

DNS_KINDS = [kind for kind in KINDS if kind.name in {"delegations", "hosted zones"}]


def test_health_checks_look_at_public_addresses_alone(access: AwsAccess) -> None:
    """A check of a private address is refused, made as well as changed; that of a public one is not."""
    route53 = access.client("route53")
    asked: Any = {"Type": "HTTP", "Port": 18080, "ResourcePath": "/"}

    def check(address: str) -> str:
        reference, config = os.urandom(4).hex(), asked | {"IPAddress": address}
        made = route53.create_health_check(CallerReference=reference, HealthCheckConfig=config)
        return made["HealthCheck"]["Id"]

    made = check(str(next(WORLD.hosts())))
    for address in ("172.20.1.4", "10.0.0.1"):
        with pytest.raises(ClientError, match="InvalidInput"):
            check(address)
        with pytest.raises(ClientError, match="InvalidInput"):
            route53.update_health_check(HealthCheckId=made, IPAddress=address)
    route53.delete_health_check(HealthCheckId=made)


def test_a_machine_has_a_public_address_while_it_runs(access: AwsAccess) -> None:
    """Every start brings another one, of the range that plays them."""
    ec2 = access.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface: Any = {"DeviceIndex": 0, "AssociatePublicIpAddress": True, "SubnetId": subnet}
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2, NetworkInterfaces=[interface])
    ids = [instance["InstanceId"] for instance in made["Instances"]]

    def addresses() -> list[str]:
        (found,) = ec2.describe_instances(InstanceIds=ids)["Reservations"]
        return [instance.get("PublicIpAddress", "") for instance in found["Instances"]]

    first = addresses()
    assert 2 == len({address for address in first if ipaddress.ip_address(address) in WORLD})
    ec2.stop_instances(InstanceIds=ids[:1])
    assert ["", first[1]] == addresses()
    ec2.start_instances(InstanceIds=ids[:1])
    assert 4 == len({*first, *addresses(), ""})
    ec2.terminate_instances(InstanceIds=ids)


def test_a_zone_that_was_made_goes_with_the_record_that_leads_to_it(access: AwsAccess, spec: PlatformSpec) -> None:
    """Made again, nothing changes; taken down, zone and delegation are gone, and the domain's zone stays as it was."""
    names, ask = Names(spec, "worldly"), asked_of_account(access)
    assert ensure_delegated(access, names) >= 2
    assert 0 == ensure_delegated(access, names)
    see_delegated(access, names.cluster, ask)
    scope = Scope(access, names)
    assert [[names.cluster], 1] == [DNS_KINDS[0].find(scope), len(DNS_KINDS[1].find(scope))]
    for kind in DNS_KINDS:
        for one in kind.find(scope):
            kind.delete(scope, one)
    assert [[], [], set()] == [DNS_KINDS[0].find(scope), public_zones(access, names.cluster), ask(names.cluster)]
    assert 1 == len(public_zones(access, spec.domain))


def test_a_zone_that_was_there_before_stays(access: AwsAccess, spec: PlatformSpec) -> None:
    """It is led to, and neither it nor the record is the platform's to delete."""
    names = Names(spec, "older")
    access.client("route53").create_hosted_zone(Name=names.cluster, CallerReference=os.urandom(4).hex())
    assert ensure_delegated(access, names) >= 1
    assert [[], []] == [kind.find(Scope(access, names)) for kind in DNS_KINDS]
    see_delegated(access, names.cluster, asked_of_account(access))


def test_what_is_named_of_a_zone(access: AwsAccess, spec: PlatformSpec, estate: Any) -> None:
    """A parent that leads elsewhere, and a private zone of the same name, are differences; led right, there is none."""
    names, route53 = Names(spec, "drifting"), access.client("route53")
    ensure_delegated(access, names)
    ours: Estate = estate("drifting")
    assert [] == _of_zone(ours)
    above = public_zones(access, spec.domain)[0]["Id"]
    record: Any = {"Name": names.cluster, "Type": "NS", "TTL": 60, "ResourceRecords": [{"Value": "ns.example.net."}]}
    changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=above, ChangeBatch=changes)
    vpc: Any = {"VPCRegion": "eu-west-1", "VPCId": access.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]}
    route53.create_hosted_zone(Name=names.cluster, CallerReference="twin", VPC=vpc)
    assert ["kinds", "delegated to"] == _of_zone(ours)
    with pytest.raises(UsageError, match=r"DNS names ns\.example\.net, expected ns-"):
        see_delegated(access, names.cluster, asked_of_account(access))
    assert 1 == ensure_delegated(access, names)
    assert ["kinds"] == _of_zone(ours)
    own = ours.hosted_zone_id()
    route53.create_hosted_zone(Name=names.cluster, CallerReference="another")
    assert own == ours.hosted_zone_id()


def _of_zone(estate: Estate) -> list[str]:
    return [one.field for one in estate.differences() if one.thing.startswith("hosted zone")]

"""Breaks of how the world is led to the names: another zone that hides ours, and a parent that leads elsewhere."""

from __future__ import annotations

from typing import Any

from seatrial.faults import MakeInAws, ReplaceRecord
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.support.names import fqdn

_RECORDS = "features/dns/records.feature"


def zone_hidden(site: Site) -> tuple[str, ...]:
    """Make a private zone of the platform's name: who is within its network finds no service any more."""
    tagged = [{"Name": "tag:KubernetesCluster", "Values": [site.facts.cluster]}]
    network = site.aws("ec2").describe_vpcs(Filters=tagged)["Vpcs"][0]["VpcId"]
    within = {"VPCId": network, "VPCRegion": site.aws("ec2").meta.region_name}
    told = {"Name": site.facts.zone, "CallerReference": "hidden", "VPC": within}
    site.inject(
        MakeInAws("route53", "create_hosted_zone", told, "list_hosted_zones", {}, "HostedZones", "Id",
                  "delete_hosted_zone")
    )  # fmt: skip
    return site.facts.zone, "private"


def led_elsewhere(site: Site) -> tuple[str, ...]:
    """Have the parent name a server that has nothing of ours, in the place of one that has."""
    zone, record = _delegation(site)
    first, *others = record["ResourceRecords"]
    elsewhere = {"Value": "ns.example.net."}
    site.inject(ReplaceRecord(zone, record, record | {"ResourceRecords": [elsewhere, *others]}))
    return "ns.example.net", str(first["Value"]).rstrip(".")


def led_nowhere(site: Site) -> tuple[str, ...]:
    """Have the parent name nobody for the zone."""
    site.inject(ReplaceRecord(*_delegation(site), None))
    return fqdn(site.platform, "msvc1"), "answer REFUSED"


def _delegation(site: Site) -> tuple[str, dict[str, Any]]:
    """Return the NS record of the zone above, with that zone's id."""
    route53, above = site.aws("route53"), site.facts.zone.partition(".")[2]
    found = [z["Id"] for z in route53.list_hosted_zones()["HostedZones"] if z["Name"] == f"{above}."]
    zone = str(found[0]).rsplit("/", 1)[-1]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return zone, next(r for r in records if (r["Name"], r["Type"]) == (f"{site.facts.zone}.", "NS"))


SABOTAGES = (
    Sabotage(
        "a private zone hides the public one", zone_hidden, f"{_RECORDS}::The zone is for everybody", rounds.RECORDS
    ),
    Sabotage(
        "the parent leads to somebody else's server",
        led_elsewhere,
        f"{_RECORDS}::The zone is delegated",
        rounds.RECORDS,
    ),
    Sabotage(
        "nobody leads to the zone",
        led_nowhere,
        f"{_RECORDS}::Whoever asks for a name is answered",
        rounds.LED_ASTRAY,
    ),
)

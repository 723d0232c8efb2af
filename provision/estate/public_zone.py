"""A platform's public zone in an account that is played: on AWS somebody makes and delegates it once, by hand."""

from __future__ import annotations

import uuid
from typing import Any

from provision.estate.access import AwsAccess
from provision.estate.names import Names, items_of

_MARK = "seatrial"
_WHOSE = "plays the zone of whoever owns the domain"
_TTL = 172_800  # seconds, as Route53's own NS records


def reference_of(names: Names) -> str:
    """Return what the caller reference of a zone begins with that was made for the platform: it stays for good."""
    return f"{_MARK}/{names.team}/"


def public_zones(access: AwsAccess, name: str) -> list[Any]:
    """Return the public hosted zones named *name*, as Route53 lists them."""
    listed = access.client("route53").list_hosted_zones_by_name(DNSName=f"{name}.")["HostedZones"]
    return [zone for zone in listed if zone["Name"] == f"{name}." and not zone["Config"].get("PrivateZone")]


def made_for(access: AwsAccess, names: Names) -> list[str]:
    """Return the ids of the public zones that were made for the platform: none where one was there before."""
    mark = reference_of(names)
    ours = [zone for zone in public_zones(access, names.cluster) if zone["CallerReference"].startswith(mark)]
    return [id_of(zone) for zone in ours]


def id_of(zone: Any) -> str:
    """Return the id of a hosted zone, as Route53 gives the zone: its path goes before it."""
    return str(zone["Id"]).rsplit("/", 1)[-1]


def servers_in(record: Any) -> set[str]:
    """Return the name servers that an NS record names, without their last dots."""
    return {one["Value"].rstrip(".").lower() for one in record["ResourceRecords"]}


def servers_of(access: AwsAccess, zone_id: str) -> set[str]:
    """Return the name servers that Route53 gave a public zone, without their last dots."""
    given = access.client("route53").get_hosted_zone(Id=zone_id)["DelegationSet"]["NameServers"]
    return {name.rstrip(".").lower() for name in given}


def delegation(access: AwsAccess, name: str) -> tuple[str, Any] | None:
    """Return the NS record by which the account's zone above *name* leads to it, with that zone's id; None without."""
    parent = name.partition(".")[2]
    for zone in public_zones(access, parent):
        pages = access.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
        for record in (r for page in pages for r in page["ResourceRecordSets"]):
            if (record["Name"], record["Type"]) == (f"{name}.", "NS"):
                return zone["Id"], record
    return None


def ensure_delegated(access: AwsAccess, names: Names) -> int:
    """Make the platform's public zone, and have the domain's zone lead to it; what is there stays.

    Returns:
        How much was changed.
    """
    route53, parent, changed = access.client("route53"), names.cluster.partition(".")[2], 0
    if not public_zones(access, parent):
        told: Any = {"Comment": _WHOSE}
        route53.create_hosted_zone(Name=parent, CallerReference=f"{_MARK}:{uuid.uuid4()}", HostedZoneConfig=told)
        changed += 1
    if not public_zones(access, names.cluster):
        made = route53.create_hosted_zone(Name=names.cluster, CallerReference=f"{reference_of(names)}{uuid.uuid4()}")
        zone = id_of(made["HostedZone"])
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone, AddTags=items_of(names.tags))
        changed += 1
    return changed + _lead(access, names)


def _lead(access: AwsAccess, names: Names) -> int:
    """Have the domain's zone name the servers of the platform's own, unless it does."""
    own, above = public_zones(access, names.cluster)[0], public_zones(access, names.cluster.partition(".")[2])[0]
    servers = servers_of(access, own["Id"])
    there = delegation(access, names.cluster)
    if there and servers_in(there[1]) == servers:
        return 0
    record: Any = {
        "Name": f"{names.cluster}.",
        "Type": "NS",
        "TTL": _TTL,
        "ResourceRecords": [{"Value": f"{server}."} for server in sorted(servers)],
    }
    changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    access.client("route53").change_resource_record_sets(HostedZoneId=above["Id"], ChangeBatch=changes)
    return 1

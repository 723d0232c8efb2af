"""Names: hosted zones, their records and health checks."""

from __future__ import annotations

from typing import Any

from provision.estate.names import tags_of
from provision.estate.public_zone import delegation, id_of, reference_of
from provision.estate.resources.kind import Kind
from provision.estate.scope import Scope

UPDATERS_MARK = "seatrial"  # how the identifiers of the updater's records begin


_TAGS_A_CALL = 10  # resources whose tags Route53 gives in one call
_CHANGES_A_CALL = 100


def updaters_mark(team: str) -> str:
    """Return how the identifiers of the records begin that the DNS updater of *team* keeps."""
    return f"{UPDATERS_MARK}/{team}/"


def _zones(scope: Scope, *, ours: bool = True) -> list[str]:
    """Private zones, which kops makes, and a public one that was made for the platform; any other was there before."""
    name = f"{scope.names.cluster}."
    found = scope.access.client("route53").list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    named = [zone for zone in found if zone["Name"] == name]
    return [id_of(z) for z in named if _made_for(scope, z) is ours]


def _made_for(scope: Scope, zone: Any) -> bool:
    return bool(zone["Config"].get("PrivateZone")) or zone["CallerReference"].startswith(reference_of(scope.names))


def _delegations(scope: Scope) -> list[str]:
    """Return the name under which the domain's zone leads to a public zone that was made for the platform."""
    return [scope.names.cluster] if _zones(scope) and delegation(scope.access, scope.names.cluster) else []


def _lead_nowhere(scope: Scope, name: str) -> None:
    if found := delegation(scope.access, name):
        zone, record = found
        changes: Any = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
        scope.access.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)


def _own_records(scope: Scope, zone: str) -> list[Any]:
    apex = f"{scope.names.cluster}."
    pages = scope.access.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
    found = [record for page in pages for record in page["ResourceRecordSets"]]
    return [r for r in found if not (r["Type"] in {"NS", "SOA"} and r["Name"] == apex)]


def _records(scope: Scope) -> list[str]:
    records = [record for zone in _zones(scope) for record in _own_records(scope, zone)]
    return [" ".join((r["Name"], r["Type"], r.get("SetIdentifier", ""))).strip() for r in records]


def _records_of_updater(scope: Scope) -> list[tuple[str, Any]]:
    """Return what the platform's updater has written into zones that stay, with the zone of each."""
    mark = updaters_mark(scope.names.team)
    zones = _zones(scope, ours=False)
    own = [(zone, record) for zone in zones for record in _own_records(scope, zone)]
    return [(zone, record) for zone, record in own if record.get("SetIdentifier", "").startswith(mark)]


def _published(scope: Scope) -> list[str]:
    return [" ".join((r["Name"], r["Type"], r["SetIdentifier"])) for _, r in _records_of_updater(scope)]


def _withdraw(scope: Scope, which: str) -> None:
    for zone, record in _records_of_updater(scope):
        if which == " ".join((record["Name"], record["Type"], record["SetIdentifier"])):
            change: Any = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
            scope.access.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)


def _delete_zone(scope: Scope, zone: str) -> None:
    """Delete a zone with all of its records: that is what one that goes may not have."""
    route53 = scope.access.client("route53")
    changes: list[Any] = [{"Action": "DELETE", "ResourceRecordSet": r} for r in _own_records(scope, zone)]
    for start in range(0, len(changes), _CHANGES_A_CALL):
        batch: Any = {"Changes": changes[start : start + _CHANGES_A_CALL]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    route53.delete_hosted_zone(Id=zone)


def _health_checks(scope: Scope) -> list[str]:
    """Those with the platform's tags, and those that the records of its own zone use."""
    route53 = scope.access.client("route53")
    pages = route53.get_paginator("list_health_checks").paginate()
    checks = [check["Id"] for page in pages for check in page["HealthChecks"]]
    used = {r.get("HealthCheckId") for zone in _zones(scope) for r in _own_records(scope, zone)}
    own = {check for check in checks if check in used}
    for start in range(0, len(checks), _TAGS_A_CALL):
        some = checks[start : start + _TAGS_A_CALL]
        sets = route53.list_tags_for_resources(ResourceType="healthcheck", ResourceIds=some)["ResourceTagSets"]
        own |= {tagged["ResourceId"] for tagged in sets if scope.names.owns(tags_of(tagged["Tags"]))}
    return sorted(own)


KINDS = (
    Kind("published records", _published, _withdraw),
    Kind("health checks", _health_checks, lambda s, i: s.access.client("route53").delete_health_check(HealthCheckId=i)),
    Kind("records", _records, lambda _scope, _record: None),  # they go with their zone
    Kind("delegations", _delegations, _lead_nowhere),
    Kind("hosted zones", _zones, _delete_zone),
)

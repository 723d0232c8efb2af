"""Breaks of how names follow the platform: a second service of a name, somebody greedy, nodes that nobody checks."""

from __future__ import annotations

from typing import Any

from seatrial.faults import Freeze
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.names import change, records
from steps.support import manifests
from steps.support.faults import HandMadeRecord
from steps.support.names import fqdn
from steps.support.site import begun, nodes, once, visited

_FOLLOWING, _RECORDS = "features/dns/following.feature", "features/dns/records.feature"
_TEAMS = "features/isolation/teams.feature"
_STRANGERS = "othercrew"
_TWINS = f"{_FOLLOWING}::Two services of one name"
_BOTH_AND_GONE = 3  # changes that the scenario has journalled: two services made, one removed


def annexe_unseen(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("dns-updater"))
    return (fqdn(site.platform, "annexe"),)


def nobody_repairs(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("dns-updater"))
    return (fqdn(site.platform, "msvc1"),)


def name_in_use(site: Site) -> tuple[str, ...]:
    """Have a service of the same name in another namespace."""
    site.create(manifests.service("short-lived", "default"))
    return (fqdn(site.platform, "short-lived"),)


def twin_forgotten(site: Site) -> tuple[str, ...]:
    """Remove the records of a name with the first of its two services, as an updater would that looks at no other.

    That it went is read from the journal: the second service is there for a moment only, too short to be looked for.
    """

    def careless() -> None:
        if begun(site, _TWINS, _BOTH_AND_GONE):
            for record in records(site, "twins"):
                _delete(site, site.facts.zone_id, record)

    site.beside(careless)
    return ("records of twins",)


def text_lost(site: Site) -> tuple[str, ...]:
    """Remove a colleague's text record, as an updater would that goes by the name alone."""
    name = fqdn(site.platform, "msvc1")

    def careless() -> None:
        for record in _of_zone(site, site.facts.zone_id, "TXT") if records(site, "passer-by") else []:
            if record["Name"] == f"{name}.":
                _delete(site, site.facts.zone_id, record)

    site.beside(careless)
    return (name,)


def zone_of_strangers_touched(site: Site) -> tuple[str, ...]:
    """Change a record of another team's zone as soon as a service of ours has a record."""

    def strangers() -> list[str]:
        zones = site.aws("route53").list_hosted_zones()["HostedZones"]
        return [str(zone["Id"]) for zone in zones if zone["Name"].startswith(f"{_STRANGERS}.")]

    def touch() -> None:
        zone = strangers()[0]
        record = _of_zone(site, zone, "A")[0]
        _change(site, zone, "UPSERT", record | {"TTL": 7})

    once(site, lambda: strangers() and records(site, "newcomer"), touch)
    return (f"shop.{_STRANGERS}.",)


def nobody_leaves_the_answers(site: Site) -> tuple[str, ...]:
    """Have the answers for a microservice depend on nobody's health."""
    for record in records(site, "msvc1"):
        change(site, record, {key: value for key, value in record.items() if key != "HealthCheckId"})
    return (visited(site, nodes(site)[0]),)


def failed_node_recorded(site: Site) -> tuple[str, ...]:
    """Have nobody take a failed node's address away: the round itself holds who keeps the names."""
    return (visited(site, nodes(site)[0]),)


def name_of_nobody(site: Site) -> tuple[str, ...]:
    """Make a record by hand for a name that nobody has."""
    name, dns = fqdn(site.platform, "nobody"), site.platform.instruments()["dns"]
    record = {"Name": f"{name}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.10"}]}
    site.inject(HandMadeRecord(site.facts.zone_id, record))
    until("it is answered with", lambda: _values(dns, name))
    return (name, "192.0.2.10")


def _values(dns: Any, name: str) -> Any:
    return dns.resolve(name).values


def _of_zone(site: Site, zone: str, kind: str) -> list[Any]:
    found = site.aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return [record for record in found if record["Type"] == kind]


def _delete(site: Site, zone: str, record: dict[str, Any]) -> None:
    _change(site, zone, "DELETE", record)


def _change(site: Site, zone: str, action: str, record: dict[str, Any]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": record}]
    site.aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


SABOTAGES = (
    Sabotage(
        "a new namespace is not seen",
        annexe_unseen,
        f"{_FOLLOWING}::A new service in a namespace that is new as well",
        rounds.UPDATER,
        ("missing among",),
    ),
    Sabotage(
        "nobody puts a record right",
        nobody_repairs,
        f"{_FOLLOWING}::Records were removed and changed by hand",
        rounds.UPDATER,
        ("ttl 300", "ttl 300 60"),
    ),
    Sabotage(
        "a name that is in use elsewhere",
        name_in_use,
        f"{_FOLLOWING}::A removed service",
        rounds.WOULD_HAPPEN,
        ("no record",),
    ),
    Sabotage(
        "the records of a second service go with the first",
        twin_forgotten,
        _TWINS,
        rounds.WOULD_HAPPEN,
        ("none at all",),
    ),
    Sabotage(
        "a colleague's text is lost",
        text_lost,
        f"{_FOLLOWING}::A colleague's record under the name of a service",
        rounds.WOULD_HAPPEN,
        ("TXT records", "missing"),
    ),
    Sabotage(
        "the zone of another team is touched",
        zone_of_strangers_touched,
        f"{_TEAMS}::A zone of another team",
        rounds.WOULD_HAPPEN,
        ("ttl 300", "ttl 7"),
    ),
    Sabotage(
        "a lost node stays in the answers",
        nobody_leaves_the_answers,
        f"{_FOLLOWING}::A node fails",
        rounds.ZONE,
        ("the lost node leaves the answers", "not 127."),
        by_words=True,
    ),
    Sabotage(
        "a lost node stays in the answers of health checks",
        nobody_leaves_the_answers,
        f"{_FOLLOWING}::A node fails while nobody keeps the names",
        rounds.ZONE,
        ("not 127.",),
    ),
    Sabotage(
        "a lost node stays in the records",
        failed_node_recorded,
        f"{_FOLLOWING}::A node fails",
        rounds.STALE,
        ("no record has the address of the lost node", "not 127."),
        by_words=True,
    ),
    Sabotage(
        "a name of nobody's is answered for",
        name_of_nobody,
        f"{_RECORDS}::A name that nobody has",
        rounds.ASTRAY,
        ("NXDOMAIN", "NOERROR"),
    ),
)

"""Breaks of names: records, their health checks, and the updater that keeps them."""

from __future__ import annotations

from typing import Any

from seatrial.faults import Freeze, ReplaceRecord
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.faults import HandMadeRecord
from steps.support.names import fqdn
from steps.support.site import DEPLOYMENT, ZONE, address_of, container, gone, nodes, pods, visited

_RECORDS, _FOLLOWING = "features/dns/records.feature", "features/dns/following.feature"
ELSEWHERE_BY_IPV6 = "2001:db8::10"  # an address for documentation
_OUTAGES, _SECOND = "features/outages/visitors.feature", "eu-west-1b"


def records(site: Site, name: str = "") -> list[dict[str, Any]]:
    """Return the record sets of *name*, or all; as Route53 lists them."""
    pages = site.aws("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=site.facts.zone_id)
    found = [record for page in pages for record in page["ResourceRecordSets"]]
    wanted = f"{fqdn(site.platform, name)}."
    return [r for r in found if r["Type"] == "A" and (not name or r["Name"] == wanted)]


def change(site: Site, record: dict[str, Any], to: dict[str, Any] | None) -> str:
    """Replace or delete a record; give its address."""
    site.inject(ReplaceRecord(site.facts.zone_id, record, to))
    return str(record["ResourceRecords"][0]["Value"])


def record_deleted(site: Site) -> tuple[str, ...]:
    address = change(site, records(site, "msvc1")[0], None)
    return fqdn(site.platform, "msvc1"), f"addresses lacking {address}"


def answer_incomplete(site: Site) -> tuple[str, ...]:
    address = change(site, records(site, "grafana")[1], None)
    return fqdn(site.platform, "grafana"), f"addresses lacking {address}"


def record_of_the_network(site: Site) -> tuple[str, ...]:
    """Have a name lead to a node's private address, which no visitor from outside reaches."""
    record, node = records(site, "msvc2")[1], nodes(site)[1]
    change(site, record, record | {"ResourceRecords": [{"Value": address_of(node)}]})
    return fqdn(site.platform, "msvc2"), f"too many {address_of(node)}"


def address_of_the_other_kind(site: Site) -> tuple[str, ...]:
    """Have a name lead visitors of IPv6 elsewhere."""
    name = fqdn(site.platform, "influxdb")
    record = {"Name": f"{name}.", "Type": "AAAA", "TTL": 300, "ResourceRecords": [{"Value": ELSEWHERE_BY_IPV6}]}
    site.inject(HandMadeRecord(site.facts.zone_id, record))
    return name, f"addresses too many {ELSEWHERE_BY_IPV6}"


def ttl_wrong(site: Site) -> tuple[str, ...]:
    record = records(site, "msvc2")[0]
    change(site, record, record | {"TTL": 60})
    return (fqdn(site.platform, "msvc2"),)


def namespace_forgotten(site: Site) -> tuple[str, ...]:
    for record in records(site, "kibana"):
        change(site, record, None)
    return (fqdn(site.platform, "kibana"),)


def record_unchecked(site: Site) -> tuple[str, ...]:
    record = records(site, "msvc2")[2]
    address = change(site, record, {key: value for key, value in record.items() if key != "HealthCheckId"})
    return fqdn(site.platform, "msvc2"), f"without health check {address}"


def check_of_another(site: Site) -> tuple[str, ...]:
    """Have a record depend on the health of another node."""
    _, record, other = records(site, "msvc1")
    address = change(site, record, record | {"HealthCheckId": other["HealthCheckId"]})
    return fqdn(site.platform, "msvc1"), f"on the check of another {address}"


def api_astray(site: Site) -> tuple[str, ...]:
    """Have the name of the API lead to nobody."""
    name = fqdn(site.platform, "api.internal")
    own = next(record for record in records(site) if record["Name"] == f"{name}.")
    change(site, own, own | {"ResourceRecords": [{"Value": "192.0.2.10"}]})
    return name, "addresses too many 192.0.2.10"


def joining_impossible(site: Site) -> tuple[str, ...]:
    """Remove the name by which a machine joins the cluster."""
    name = fqdn(site.platform, "kops-controller.internal")
    own = next(record for record in records(site) if record["Name"] == f"{name}.")
    change(site, own, None)
    return name, "answer NXDOMAIN"


def updater_stopped(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("dns-updater"))
    return (fqdn(site.platform, "newcomer"),)


def updater_large(site: Site) -> tuple[str, ...]:
    """Have the updater ask for more than it was agreed to."""
    asked = {"requests": {"cpu": "20m", "memory": "200Mi"}}
    site.patch(DEPLOYMENT, "dns-updater", "dns", container("dns-updater", resources=asked))
    return ("dns-updater/dns-updater", "200Mi")


def updater_gone(site: Site) -> tuple[str, ...]:
    """Have nobody keep the names, where the updater is a pod."""
    site.patch(DEPLOYMENT, "dns-updater", "dns", {"spec": {"replicas": 0}})
    until("the updater is gone", lambda: gone(site, "dns-updater", "dns"))
    return (fqdn(site.platform, "guestbook"),)


def updater_waits(site: Site) -> tuple[str, ...]:
    """Have the updater wait for a machine that fell silent as long as the cluster has any pod wait."""
    before = {pod.metadata.uid for pod in pods(site, "dns-updater", "dns")}
    site.patch(DEPLOYMENT, "dns-updater", "dns", {"spec": {"template": {"spec": {"tolerations": None}}}})

    def taken_over() -> bool:
        now = pods(site, "dns-updater", "dns")
        return bool(now) and all(p.metadata.uid not in before and p.status.phase == "Running" for p in now)

    until("another updater has taken over", taken_over)
    return ("no record has the address of the lost node",)


def nobody_checks(site: Site) -> tuple[str, ...]:
    """Have the answers for a microservice depend on nobody's health."""
    updater_gone(site)
    for record in records(site, "msvc1"):
        change(site, record, {key: value for key, value in record.items() if key != "HealthCheckId"})
    return (visited(site, next(node for node in nodes(site) if node.metadata.labels[ZONE] == _SECOND)),)


def colleague_ignored(site: Site) -> tuple[str, ...]:
    """Do what an updater would that knows no foreign records: the next time it writes, they go."""

    def greedy() -> None:
        if records(site, "neighbour") and (found := records(site, "handmade")):
            changes = [{"Action": "DELETE", "ResourceRecordSet": found[0]}]
            zone = site.facts.zone_id
            site.aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    site.beside(greedy)
    return (fqdn(site.platform, "handmade"),)


def record_astray(site: Site) -> tuple[str, ...]:
    """Lead visitors to somebody else."""
    record = records(site, "msvc2")[0]
    change(site, record, record | {"ResourceRecords": [{"Value": "192.0.2.10"}]})
    return (f"record {fqdn(site.platform, 'msvc2')} to 192.0.2.10",)


SABOTAGES = (
    Sabotage(
        "a record set is missing",
        record_deleted,
        f"{_RECORDS}::Every service has a record",
        rounds.RECORDS,
        ("every record has the addresses of all nodes",),
    ),
    Sabotage(
        "an answer lacks an address",
        answer_incomplete,
        f"{_RECORDS}::Whoever asks for a name is answered",
        rounds.RECORDS,
        ("every answer has the addresses of all nodes",),
    ),
    Sabotage(
        "a name leads elsewhere by IPv6",
        address_of_the_other_kind,
        f"{_RECORDS}::Whoever asks for a name is answered",
        rounds.RECORDS,
        ("every answer has the addresses of all nodes",),
    ),
    Sabotage(
        "a record leads to a private address",
        record_of_the_network,
        f"{_RECORDS}::Every service has a record",
        rounds.RECORDS,
        ("every record has the addresses of all nodes",),
    ),
    Sabotage(
        "a record depends on another node's check",
        check_of_another,
        f"{_RECORDS}::Answers depend on health",
        rounds.MORE_RECORDS,
    ),
    Sabotage(
        "the updater is not small",
        updater_large,
        "features/dns/following.feature::What the updater asks for",
        rounds.MORE_RECORDS,
    ),
    Sabotage("a record is not checked", record_unchecked, f"{_RECORDS}::Answers depend on health", rounds.MORE_RECORDS),
    Sabotage(
        "the name of the API leads astray",
        api_astray,
        f"{_RECORDS}::The name of the API",
        rounds.RECORDS,
    ),
    Sabotage(
        "no machine can join",
        joining_impossible,
        f"{_RECORDS}::The name by which a machine joins",
        rounds.RECORDS,
    ),
    Sabotage(
        "a record has another TTL",
        ttl_wrong,
        f"{_RECORDS}::Every service has a record",
        rounds.MORE_RECORDS,
        ("ttl 300", "ttl 300 60"),
    ),
    Sabotage(
        "a namespace has no records",
        namespace_forgotten,
        f"{_RECORDS}::Every service has a record",
        rounds.MORE_RECORDS,
        ("record there", "record missing"),
    ),
    Sabotage(
        "a colleague's record is lost",
        colleague_ignored,
        f"{_FOLLOWING}::A record that a colleague made by hand",
        rounds.WOULD_HAPPEN,
        ("the colleague made it", "missing"),
    ),
    Sabotage(
        "the updater does not run",
        updater_stopped,
        f"{_FOLLOWING}::A new service",
        rounds.UPDATER,
        ("missing among",),
    ),
    Sabotage(
        "nobody keeps the names",
        updater_gone,
        "features/ingress/routing.feature::A new microservice is reached by its name",
        rounds.NAMES,
    ),
    Sabotage(
        "the keeper of names waits for its machine",
        updater_waits,
        f"{_FOLLOWING}::A node fails",
        rounds.PATIENT,
    ),
    Sabotage(
        "answers that depend on nobody's health",
        nobody_checks,
        f"{_OUTAGES}::A node loses its power",
        rounds.HEALTH,
        ("leaves the answers",),
    ),
)

"""Breaks of names: records, their health checks, and the updater that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import CallAws, Fault, Freeze, ReplaceRecord
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Break, Sabotage, Site, until
from steps.breaks import rounds
from steps.support.names import fqdn
from steps.support.site import DEPLOYMENT, ZONE, address_of, gone, nodes

_RECORDS, _FOLLOWING = "features/dns/records.feature", "features/dns/following.feature"
_CHECKED = f"{_RECORDS}::A health check for each node"
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


@dataclass(frozen=True)
class DeleteCheck(Fault):
    """Delete the health check of an address; the updater makes it anew, and that is the undoing."""

    kind: ClassVar[str] = "delete-check"
    address: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Delete it."""
        for check in _checks(actuators, self.address):
            actuators.aws("route53").delete_health_check(HealthCheckId=check["Id"])

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Nothing to do: whoever holds the updater lets it go."""

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name the address while nothing checks it."""
        return [] if _checks(actuators, self.address) else [f"no health check of {self.address}"]


def _checks(actuators: Actuators[Any], address: str) -> list[Any]:
    found = actuators.aws("route53").list_health_checks()["HealthChecks"]
    return [c for c in found if c["HealthCheckConfig"].get("IPAddress") == address]


def check_deleted(site: Site) -> tuple[str, ...]:
    node = nodes(site)[1]
    site.inject(DeleteCheck(address_of(node)))
    return (node.metadata.name,)


def check_changed(number: int, said: str, **to: Any) -> Break:
    """Change a setting of a node's health check; *said* is how the failure names it."""

    def break_(site: Site) -> tuple[str, ...]:
        node = nodes(site)[number]
        check = _checks(site.actuators, address_of(node))[0]
        named = {"HealthCheckId": check["Id"]}
        before = {name: check["HealthCheckConfig"].get(name, False) for name in to}
        site.inject(CallAws("route53", "update_health_check", named | to, "update_health_check", named | before))
        return node.metadata.name, said

    return break_


def updater_stopped(site: Site) -> tuple[str, ...]:
    site.inject(Freeze("dns-updater"))
    return (fqdn(site.platform, "newcomer"),)


def updater_gone(site: Site) -> tuple[str, ...]:
    """Have nobody keep the names, where the updater is a pod."""
    site.patch(DEPLOYMENT, "dns-updater", "dns", {"spec": {"replicas": 0}})
    until("the updater is gone", lambda: gone(site, "dns-updater", "dns"))
    return (fqdn(site.platform, "guestbook"),)


def nobody_checks(site: Site) -> tuple[str, ...]:
    """Have the answers for a microservice depend on nobody's health."""
    updater_gone(site)
    for record in records(site, "msvc1"):
        change(site, record, {key: value for key, value in record.items() if key != "HealthCheckId"})
    return (address_of(next(node for node in nodes(site) if node.metadata.labels[ZONE] == _SECOND)),)


def colleague_ignored(site: Site) -> tuple[str, ...]:
    """Do what an updater would that knows no foreign records: the next time it writes, they go."""

    def greedy() -> None:
        if records(site, "neighbour") and (found := records(site, "handmade")):
            changes = [{"Action": "DELETE", "ResourceRecordSet": found[0]}]
            zone = site.facts.zone_id
            site.aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    site.beside(greedy)
    return (fqdn(site.platform, "handmade"),)


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
    Sabotage("a record is not checked", record_unchecked, f"{_RECORDS}::Answers depend on health", rounds.RECORDS),
    Sabotage(
        "a health check is missing", check_deleted, _CHECKED, rounds.RECORDS, ("health checks 1", "health checks 0")
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
    *(
        Sabotage(f"a health check {name}", break_, _CHECKED, rounds.MORE_RECORDS)
        for name, break_ in (
            ("asks elsewhere", check_changed(0, "path /elsewhere", ResourcePath="/elsewhere")),
            ("asks another port", check_changed(0, "port 9", Port=9)),
            ("is patient", check_changed(1, "threshold 10", FailureThreshold=10)),
            ("is disabled", check_changed(2, "disabled yes", Disabled=True)),
            ("is inverted", check_changed(2, "inverted yes", Inverted=True)),
        )
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
        "answers that depend on nobody's health",
        nobody_checks,
        f"{_OUTAGES}::A node loses its power",
        rounds.HEALTH,
        ("leaves the answers",),
    ),
)

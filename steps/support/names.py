"""Names: records in the zone, answers of its servers, health checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod, Service

from seatrial.checks.expectations import Rows, show
from seatrial.checks.observer import NotProvableError
from seatrial.observers.aws import Aws, HealthCheck
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from steps.support import ingress
from steps.support.capabilities import Facts, Platform
from steps.support.objects import leaving

MOST_ANSWERED = 8
"""So many of the records of a multi-value name Route53 gives in one answer, at random (Developer Guide, "Multivalue
answer routing")."""
_ANSWERED = "NOERROR"
_TEAM = "seatrial.dev/team"


def fqdn(platform: Platform, name: str) -> str:
    """Return the full name of *name*, a service's or any other, in the platform's zone."""
    return f"{name}.{platform.facts.zone}"


def services(cluster: Cluster) -> set[str]:
    """Return the name of every service of every namespace."""
    found: list[Any] = list(cluster.all(Service))
    return {s.metadata.name for s in found}


def records(aws: Aws, facts: Facts, team: str) -> Rows:
    """Return our A records by name: every TTL and every address."""
    rows: dict[str, dict[str, set[object]]] = {}
    for record in aws.records(facts.zone_id):
        if record.type != "A" or not (record.set_identifier or "").startswith(f"seatrial/{team}/"):
            continue
        row = rows.setdefault(record.name.lower(), {"ttl": set(), "addresses": set()})
        row["ttl"].add(record.ttl)
        row["addresses"].update(record.values)
    return {name: {**row, "type": "A"} for name, row in rows.items()}


def dependencies(aws: Aws, platform: Platform) -> Rows:
    """Return our A records by name: the addresses that depend on no health check, and those on another's.

    It is another's if it asks another address, or is not the team's: what such a one asks for, nobody has agreed on.
    """
    checks = {check.id: check for check in aws.health_checks()}
    rows: dict[str, dict[str, object]] = {}
    for record in aws.records(platform.facts.zone_id):
        if record.type != "A" or not (record.set_identifier or "").startswith(f"seatrial/{platform.team}/"):
            continue
        row: Any = rows.setdefault(
            record.name.lower(), {"without_health_check": set(), "on_the_check_of_another": set()}
        )
        check = checks.get(record.health_check_id or "")
        if check is None:
            row["without_health_check"].update(record.values)
        elif set(record.values) != {check.ip} or check.tags.get(_TEAM) != platform.team:
            row["on_the_check_of_another"].update(record.values)
    return rows


def board(cluster: Cluster, aws: Aws, platform: Platform) -> Rows:
    """Return every name that has a service, a record of ours, or both."""
    found = records(aws, platform.facts, platform.team)
    wanted = {fqdn(platform, service) for service in services(cluster)}
    none_: dict[str, object] = {"type": "", "ttl": set()}
    return {
        name: {
            **found.get(name, none_),
            "record": "there" if name in found else "missing",
            "service": "there" if name in wanted else "missing",
        }
        for name in wanted | set(found)
    }


def addresses(cluster: Cluster, platform: Platform) -> set[str]:
    """Return the addresses at which visitors reach all nodes that can take them in."""
    return set(ingress.addresses(cluster, platform.facts.address_type).values())


def need_public(platform: Platform) -> None:
    """Go on only if the platform's names are for everybody.

    Raises:
        NotProvableError: If they are for its own network.
    """
    if not platform.facts.public:
        raise NotProvableError(
            "dns.zone is private in platform.yaml: nothing leads to the zone from outside, and Route53 checks no node"
        )


def beside(found: Rows, wanted: set[str]) -> Rows:
    """Hold the addresses of records or answers beside those that are *wanted*: what is lacking, what is too much."""
    return {
        name: {**row, "addresses_lacking": wanted - _set(row), "addresses_too_many": _set(row) - wanted}
        for name, row in found.items()
    }


def answered(found: Rows, wanted: set[str]) -> Rows:
    """Hold the addresses of answers beside those that are *wanted*, of which one answer has at most `MOST_ANSWERED`."""
    most = min(len(wanted), MOST_ANSWERED)
    return {
        name: {**row, "addresses_lacking": set()} if len(_set(row) & wanted) == most else row
        for name, row in beside(found, wanted).items()
    }


def record(aws: Aws, platform: Platform, name: str) -> Rows:
    """Return our record of the service *name*; nothing where there is none."""
    full = fqdn(platform, name)
    return {n: row for n, row in records(aws, platform.facts, platform.team).items() if n == full}


def raw(aws: Aws, platform: Platform, name: str) -> dict[str, Any]:
    """Return one of our record sets of the service *name*, as Route53 takes it.

    Raises:
        LookupError: If there is none.
    """
    full = fqdn(platform, name)
    for found in aws.records(platform.facts.zone_id):
        if found.name.lower() == full and (found.set_identifier or "").startswith(f"seatrial/{platform.team}/"):
            described = {
                "Name": f"{full}.",
                "Type": found.type,
                "SetIdentifier": found.set_identifier,
                "MultiValueAnswer": True,
                "TTL": found.ttl,
                "ResourceRecords": [{"Value": value} for value in found.values],
            }
            return described | ({"HealthCheckId": found.health_check_id} if found.health_check_id else {})
    raise LookupError(f"no record of ours for {full}")


def answers(dns: Dns, names: list[str]) -> Rows:
    """Return the answer to each of *names*."""
    return {name: answer(dns, name) for name in names}


def answer(dns: Dns, name: str) -> dict[str, object]:
    """Return the answer to *name*: its code, its TTL and its addresses, those of either kind."""
    found = dns.resolve(name, "A")
    addresses = set(found.values)
    if found.rcode == _ANSWERED:  # a visitor asks for both kinds at once, and often takes the newer one first
        addresses |= dns.resolve(name, "AAAA").values
    return {"answer": found.rcode, "ttl": found.ttl, "addresses": addresses}


def checked_nodes(cluster: Cluster, aws: Aws, platform: Platform) -> Rows:
    """Return every node that takes visitors in, with the team's health checks at its address that are as agreed.

    One that asks for something else, that is disabled or that is inverted, says nothing of the node.
    """
    agreed, checks = agreed_check(cluster), aws.health_checks({_TEAM: platform.team})
    rows = {}
    for node, address in ingress.addresses(cluster, platform.facts.address_type).items():
        wrong = {c.id: not_as_agreed(c, agreed) for c in checks if c.ip == address}
        rows[node] = {
            "health_checks": sum(not differs for differs in wrong.values()),
            "not_as_agreed": {text for differs in wrong.values() for text in differs},
        }
    return rows


def kept_on(cluster: Cluster) -> str:
    """Name the member of the cluster on which the names are kept.

    Raises:
        LookupError: If nothing that keeps them has been placed.
    """
    pods: list[Any] = list(cluster.all(Pod, namespace="dns", labels={"app.kubernetes.io/name": "dns-updater"}))
    on = [p.spec.nodeName for p in pods if p.spec.nodeName and not leaving(p)]
    if not on:
        raise LookupError("no pod of dns-updater stands on a node")
    return str(on[0])


def agreed_check(cluster: Cluster) -> dict[str, object]:
    """Return what a health check has to ask, as the DNS updater is told."""
    found: Any = cluster.one(Deployment, "dns-updater", namespace="dns")
    told = {e.name: e.value for c in found.spec.template.spec.containers for e in c.env or []} if found else {}
    return {
        "type": told.get("HEALTH_CHECK_TYPE", "HTTP"),
        "port": int(told.get("HEALTH_CHECK_PORT", 18080)),
        "path": told.get("HEALTH_CHECK_PATH", "/healthz"),
        "interval": int(told.get("HEALTH_CHECK_INTERVAL", 10)),
        "threshold": int(told.get("HEALTH_CHECK_THRESHOLD", 3)),
        "host": None,
        "disabled": False,
        "inverted": False,
    }


def not_as_agreed(check: HealthCheck, agreed: Mapping[str, object]) -> set[str]:
    """Name every setting of a health check that is not as agreed: ``path /wrong, not /healthz``."""
    found = {key: getattr(check, key) for key in agreed}
    return {f"{key} {show(found[key])}, not {show(value)}" for key, value in agreed.items() if found[key] != value}


def record_sets(aws: Aws, zone: str, name: str, kind: str = "A") -> Rows:
    """Return every record set of *name*, whoever made it, by its identifier."""
    return {
        f"{name} {r.set_identifier or '(plain)'}": {"ttl": r.ttl, "values": set(r.values)}
        for r in aws.records(zone)
        if r.name.lower() == name and r.type == kind
    }


def _set(row: Mapping[str, object]) -> set[str]:
    return set(row["addresses"])  # type: ignore[call-overload,no-any-return]


def in_zone(aws: Aws, zone: str) -> Rows:
    """Return every record set of the zone named *zone* but those of the zone itself."""
    ids = [z.id for z in aws.hosted_zones() if z.name == zone]
    found = [r for i in ids for r in aws.records(i) if r.type not in ("NS", "SOA")]
    return {f"{r.name.lower()} {r.type}": {"ttl": r.ttl, "values": set(r.values)} for r in found}


def zones(aws: Aws) -> Rows:
    """Return every name that a zone of the account has, with how many have it."""
    found = [zone.name for zone in aws.hosted_zones()]
    return {name: {"zones": found.count(name)} for name in found}

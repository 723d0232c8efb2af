"""Breaks of names: records, their health checks, and the updater that keeps them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from seatrial.faults import ReplaceRecord
from tests.sabotage.site import Break, Site, frozen, made


def records(site: Site, name: str = "") -> list[dict[str, Any]]:
    """Return the record sets of *name*, or all; as Route53 lists them."""
    pages = site.aws("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=site.facts["zone_id"])
    found = [record for page in pages for record in page["ResourceRecordSets"]]
    wanted = f"{name}.{site.facts['zone']}."
    return [r for r in found if r["Type"] == "A" and (not name or r["Name"] == wanted)]


def checked(site: Site) -> bool:
    """Return whether every node has a health check: the updater makes anew what was deleted, once it is let go."""
    found = {c["HealthCheckConfig"].get("IPAddress") for c in site.aws("route53").list_health_checks()["HealthChecks"]}
    return found.issuperset(map(address_of, site.nodes()))


def address_of(node: Any) -> str:
    """Return the private address of a node."""
    return str(next(a.address for a in node.status.addresses if a.type == "InternalIP"))


@contextmanager
def changed(site: Site, record: dict[str, Any], to: dict[str, Any] | None) -> Iterator[str]:
    with made(site, ReplaceRecord(site.facts["zone_id"], record, to)):
        yield str(record["ResourceRecords"][0]["Value"])


@contextmanager
def record_deleted(site: Site) -> Iterator[tuple[str, ...]]:
    with changed(site, records(site, "msvc1")[0], None) as address:
        yield f"msvc1.{site.facts['zone']}", f"addresses lacking {address}"


@contextmanager
def answer_incomplete(site: Site) -> Iterator[tuple[str, ...]]:
    with changed(site, records(site, "grafana")[1], None) as address:
        yield f"grafana.{site.facts['zone']}", f"addresses lacking {address}"


@contextmanager
def ttl_wrong(site: Site) -> Iterator[tuple[str, ...]]:
    record = records(site, "msvc2")[0]
    with changed(site, record, record | {"TTL": 60}):
        yield (f"msvc2.{site.facts['zone']}",)


@contextmanager
def namespace_forgotten(site: Site) -> Iterator[tuple[str, ...]]:
    with ExitStack() as stack:
        for record in records(site, "kibana"):
            stack.enter_context(changed(site, record, None))
        yield (f"kibana.{site.facts['zone']}",)


@contextmanager
def record_unchecked(site: Site) -> Iterator[tuple[str, ...]]:
    record = records(site, "msvc2")[2]
    unchecked = {key: value for key, value in record.items() if key != "HealthCheckId"}
    with changed(site, record, unchecked) as address:
        yield f"msvc2.{site.facts['zone']}", f"without health check {address}"


@contextmanager
def check_deleted(site: Site) -> Iterator[tuple[str, ...]]:
    """Delete a node's health check; the updater makes it anew once it is let go."""
    node = site.nodes()[1]
    address = address_of(node)
    route53 = site.aws("route53")
    for check in route53.list_health_checks()["HealthChecks"]:
        if check["HealthCheckConfig"].get("IPAddress") == address:
            route53.delete_health_check(HealthCheckId=check["Id"])
    yield (node.metadata.name,)


def check_changed(node: int, said: str, **to: Any) -> Break:
    """Change a setting of a node's health check; *said* is how the failure names it."""

    @contextmanager
    def break_(site: Site) -> Iterator[tuple[str, ...]]:
        route53, of = site.aws("route53"), site.nodes()[node]
        address = address_of(of)
        checks = route53.list_health_checks()["HealthChecks"]
        check = next(c for c in checks if c["HealthCheckConfig"].get("IPAddress") == address)
        before = {name: check["HealthCheckConfig"].get(name, False) for name in to}
        route53.update_health_check(HealthCheckId=check["Id"], **to)
        try:
            yield of.metadata.name, said
        finally:
            route53.update_health_check(HealthCheckId=check["Id"], **before)

    return break_


check_asks_elsewhere = check_changed(0, "path /elsewhere", ResourcePath="/elsewhere")
check_at_another_port = check_changed(0, "port 9", Port=9)
check_patient = check_changed(1, "threshold 10", FailureThreshold=10)
check_disabled = check_changed(2, "disabled yes", Disabled=True)
check_inverted = check_changed(2, "inverted yes", Inverted=True)


@contextmanager
def updater_stopped(site: Site) -> Iterator[tuple[str, ...]]:
    with frozen(site, "dns-updater"):
        yield (f"newcomer.{site.facts['zone']}",)


@contextmanager
def colleague_ignored(site: Site) -> Iterator[tuple[str, ...]]:
    """Do what an updater would that knows no foreign records: the next time it writes, they go."""

    def greedy() -> None:
        if records(site, "neighbour") and (found := records(site, "handmade")):
            changes = [{"Action": "DELETE", "ResourceRecordSet": found[0]}]
            site.aws("route53").change_resource_record_sets(
                HostedZoneId=site.facts["zone_id"], ChangeBatch={"Changes": changes}
            )

    with again_and_again(greedy):
        yield (f"handmade.{site.facts['zone']}",)


@contextmanager
def again_and_again(act: Callable[[], None]) -> Iterator[None]:
    """Have a saboteur act at short intervals, beside the scenario."""
    ended = threading.Event()

    def acting() -> None:
        while not ended.wait(0.1):
            act()

    thread = threading.Thread(target=acting)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

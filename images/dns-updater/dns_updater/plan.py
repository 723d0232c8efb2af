"""What has to change in the zone: a pure function of the cluster and of the zone."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dns_updater.config import Settings
from dns_updater.model import Node, RecordSet, Snapshot

_IDENTIFIER_LIMIT = 128  # characters, by Route53


@dataclass(frozen=True, slots=True)
class Change:
    """A write to one record set."""

    action: Literal["UPSERT", "DELETE"]
    record: RecordSet


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to change.

    Attributes:
        changes: For each name, its changes; those of one name belong into one call.
        conflicts: Names that are left out, each with the reason: somebody else's record stands in the way.
        held: Why nothing may change at all; empty otherwise.
    """

    changes: dict[str, list[Change]] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    held: str = ""


def identifier(settings: Settings, node: Node, service: str) -> str:
    """Give the set identifier of the answer *node* to the name of *service*.

    The service's name is part of it, although Route53 would not need it: moto deletes record sets by their
    identifier alone, whatever their name.
    """
    whole = f"{settings.mark}{node.name}/{service}"
    if len(whole) <= _IDENTIFIER_LIMIT:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: _IDENTIFIER_LIMIT - len(digest) - 1]}-{digest}"


def wanted(snapshot: Snapshot, zone: str, checks: Mapping[Node, str | None], settings: Settings) -> list[RecordSet]:
    """Give every record set that *snapshot* asks for.

    Args:
        snapshot: The cluster.
        zone: Name of the hosted zone.
        checks: The id of each ingress node's health check; `None` for a node that can have none.
        settings: The settings.
    """
    return [
        RecordSet(
            name=f"{service}.{zone}",
            type="A",
            identifier=identifier(settings, node, service),
            ttl=settings.ttl,
            values=(node.address,),
            health_check=checks.get(node),
            multivalue=True,
        )
        for service in sorted(snapshot.services)
        for node in snapshot.ingress_nodes
    ]


def is_own(record: RecordSet, settings: Settings) -> bool:
    """Whether the updater made *record*; every other record is left alone."""
    return record.identifier.startswith(settings.mark)


def _in_the_way(record: RecordSet) -> bool:
    """Whether Route53 refuses multi-value A records beside *record*."""
    return record.type == "CNAME" or (record.type == "A" and not record.multivalue)


def plan(
    snapshot: Snapshot,
    zone: str,
    records: Collection[RecordSet],
    checks: Mapping[Node, str | None],
    settings: Settings,
) -> Plan:
    """Compare what *snapshot* asks for with the *records* of the zone.

    A cluster without any Service, or without any ready ingress controller, is taken for a disturbance: emptying the
    zone would turn a short outage into one that lasts until every cache has forgotten it.
    """
    if not snapshot.services:
        return Plan(held="no service is known, so the records stay as they are")
    if not snapshot.ingress_nodes:
        return Plan(held="no ingress controller is ready on a node with an address, so the records stay as they are")
    own = {record.key: record for record in records if is_own(record, settings)}
    foreign = {record.name: record for record in records if not is_own(record, settings) and _in_the_way(record)}
    target = {record.key: record for record in wanted(snapshot, zone, checks, settings)}

    changes: defaultdict[str, list[Change]] = defaultdict(list)
    conflicts: dict[str, str] = {}
    for key, record in own.items():
        if key not in target:
            changes[record.name].append(Change("DELETE", record))
    for key, record in target.items():
        obstacle = foreign.get(record.name)
        if obstacle is not None:
            kind = f"{obstacle.type} record {obstacle.identifier}".rstrip()
            conflicts[record.name] = f"a {kind} that is not ours has this name"
        elif own.get(key) != record:
            changes[record.name].append(Change("UPSERT", record))
    return Plan(dict(changes), conflicts)

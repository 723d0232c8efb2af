"""Drift of the names: records and health checks, held against the services and nodes that there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Node, Pod, Service

from provision.estate.names import TEAM_TAG
from provision.estate.resources.dns import updaters_mark
from provision.net.nodes import address_of, is_ready
from seatrial.observers.aws import Aws, HealthCheck, Record
from seatrial.provisioning.comparing import Difference

_CONTROLLERS, _CONTROLLER = "ingress", {"app.kubernetes.io/component": "ingress-controller"}
_THERE = "present"
_VARIABLES = {"type": "HEALTH_CHECK_TYPE", "port": "HEALTH_CHECK_PORT", "path": "HEALTH_CHECK_PATH"}
_BY_DEFAULT = {"interval": 10, "threshold": 3, "host": None, "disabled": False, "inverted": False}
"""What the updater makes of a check where the manifests are silent."""


@dataclass(frozen=True)
class Wanted:
    """What there has to be.

    Attributes:
        names: The full name of every service.
        nodes: The address of every ready node whose ingress controller is ready, by the node's name.
        known: The same of every node; the check of one that is not ready may stay.
        ttl: Of each record, in seconds.
        check: The settings of each health check; nothing where Route53 checks nobody.
    """

    names: Collection[str]
    nodes: Mapping[str, str]
    known: Mapping[str, str]
    ttl: int
    check: Mapping[str, object] | None


@dataclass(frozen=True)
class Published:
    """Compares what the DNS updater keeps with what it has to keep.

    Args:
        team: ``$TEAMID``.
        zone: The zone's name.
        zone_id: Finds the zone.
        aws: The account.
        kube: Gives a client of the cluster's API.
        address_type: Which address of a node the names lead to.
        settings: Gives the variables that Git gives the updater.
        checked: Whether Route53 checks the nodes.
    """

    team: str
    zone: str
    zone_id: Callable[[], str]
    aws: Aws
    kube: Callable[[], Client]
    address_type: str
    settings: Callable[[], Mapping[str, str]]
    checked: bool

    def differences(self) -> list[Difference]:
        """Return every record and health check that is missing, too much, or otherwise than it has to be."""
        records = [
            r for r in self.aws.records(self.zone_id()) if (r.set_identifier or "").startswith(updaters_mark(self.team))
        ]
        checks = self.aws.health_checks({TEAM_TAG: self.team}) if self.checked else []
        return compare(self._wanted(), records, checks)

    def _wanted(self) -> Wanted:
        client, told = self.kube(), self.settings()
        services: list[Any] = list(client.list(Service, namespace="*"))
        pods: list[Any] = list(client.list(Pod, namespace=_CONTROLLERS, labels=dict(_CONTROLLER)))
        able = {pod.spec.nodeName for pod in pods if is_ready(pod) and not pod.metadata.deletionTimestamp}
        found: list[Any] = list(client.list(Node))
        nodes = {n.metadata.name: address_of(n, self.address_type) for n in found}
        agreed: dict[str, object] = {name: told.get(variable) for name, variable in _VARIABLES.items()}
        agreed["port"] = int(told["HEALTH_CHECK_PORT"])
        able &= {n.metadata.name for n in found if is_ready(n)}
        return Wanted(
            {f"{service.metadata.name}.{self.zone}" for service in services},
            {name: address for name, address in nodes.items() if name in able and address},
            {name: address for name, address in nodes.items() if address},
            int(told["TTL"]),
            {**agreed, **_BY_DEFAULT} if self.checked else None,
        )


def compare(wanted: Wanted, records: Collection[Record], checks: Collection[HealthCheck]) -> list[Difference]:
    """Return where *records* and *checks*, all of them the team's own, are not as *wanted*."""
    found = [*_records(wanted, records, {check.id: check.ip for check in checks})]
    return found if wanted.check is None else [*found, *_checks(wanted, wanted.check, checks)]


def _records(wanted: Wanted, records: Collection[Record], asked: Mapping[str, str | None]) -> Iterator[Difference]:
    left = {(name, address) for name in wanted.names for address in wanted.nodes.values()}
    for record in records:
        thing = f"record {record.name} to {' '.join(record.values)}"
        leads = (record.name.lower(), " ".join(record.values))
        if leads not in left:
            yield Difference(thing, "", None, _THERE)
            continue
        left.remove(leads)
        fields: list[tuple[str, object, object]] = [("type", "A", record.type), ("TTL", wanted.ttl, record.ttl)]
        if wanted.check is not None:
            on = asked.get(record.health_check_id or "")
            fields.append(("health check", f"of {record.values[0]}", f"of {on}" if on else None))
        yield from _otherwise(thing, fields)
    for name, address in sorted(left):
        yield Difference(f"record {name} to {address}", "", _THERE, None)


def _checks(wanted: Wanted, agreed: Mapping[str, object], checks: Collection[HealthCheck]) -> Iterator[Difference]:
    for node, address in wanted.nodes.items():
        if address not in {check.ip for check in checks}:
            yield Difference(f"health check of {node} at {address}", "", _THERE, None)
    left = {address: node for node, address in wanted.known.items()}
    for check in checks:
        node = left.pop(check.ip or "", "")
        thing = f"health check of {node} at {check.ip}"
        if not node:
            yield Difference(f"health check {check.id} of {check.ip}", "", None, _THERE)
            continue
        yield from _otherwise(thing, [(name, value, getattr(check, name)) for name, value in agreed.items()])


def _otherwise(thing: str, fields: list[tuple[str, object, object]]) -> Iterator[Difference]:
    for name, expected, found in fields:
        if expected != found:
            yield Difference(thing, name, expected, found)

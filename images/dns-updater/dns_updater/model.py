"""What the updater talks about: the cluster as far as it matters here, and record sets of a zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster.

    Attributes:
        name: Its name in the cluster.
        uid: Its identity: a replacement of the same name has another.
        address: The address that clients reach it at.
        away: Whether its kubelet has gone silent. The controllers of Kubernetes then take the readiness of its pods
            away, once: where that is lost, its pods are called ready for as long as it stays away.
    """

    name: str
    uid: str
    address: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The cluster at one moment.

    Attributes:
        services: Names of all Services; Services of one name in several namespaces count once.
        nodes: Every node that has an address.
        ready: Names of the nodes that run a ready ingress controller.
    """

    services: frozenset[str]
    nodes: frozenset[Node]
    ready: frozenset[str]

    @property
    def ingress_nodes(self) -> list[Node]:
        """Nodes that can answer now, in the order of their names."""
        able = (node for node in self.nodes if node.name in self.ready and not node.away)
        return sorted(able, key=lambda node: node.name)


@dataclass(frozen=True, slots=True)
class RecordSet:
    """A record set of a hosted zone.

    Attributes:
        name: The full name in lower case, without the last dot.
        type: The record's type, such as ``A``.
        identifier: The set identifier; empty for a simple record.
        ttl: Time to live in seconds; `None` for an alias.
        values: The values, in order.
        health_check: Id of the health check that it is tied to, if any.
        multivalue: Whether it is one of several answers to one name.
        raw: The record set as Route53 gave it, which a deletion has to repeat word for word.
    """

    name: str
    type: str
    identifier: str
    ttl: int | None
    values: tuple[str, ...]
    health_check: str | None
    multivalue: bool
    raw: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What Route53 tells record sets apart by."""
        return self.name, self.type, self.identifier

    @classmethod
    def from_api(cls, raw: Any) -> RecordSet:
        """Read a record set as Route53 lists it."""
        return cls(
            name=raw["Name"].rstrip(".").lower(),
            type=raw["Type"],
            identifier=raw.get("SetIdentifier") or "",
            ttl=raw.get("TTL"),
            values=tuple(record["Value"] for record in raw.get("ResourceRecords") or ()),
            health_check=raw.get("HealthCheckId"),
            multivalue=bool(raw.get("MultiValueAnswer")),
            raw=raw,
        )

    def to_api(self) -> dict[str, Any]:
        """Give the record set as Route53 takes it."""
        if self.raw is not None:
            return self.raw
        described: dict[str, Any] = {
            "Name": f"{self.name}.",
            "Type": self.type,
            "SetIdentifier": self.identifier,
            "MultiValueAnswer": self.multivalue,
            "TTL": self.ttl,
            "ResourceRecords": [{"Value": value} for value in self.values],
        }
        if self.health_check is not None:
            described["HealthCheckId"] = self.health_check
        return described

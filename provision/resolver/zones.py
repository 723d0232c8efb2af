"""What Route53 would answer: a pure function of the zones, of their records, and of the health checks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_route53.type_defs import ResourceRecordSetOutputTypeDef

_MOST_ANSWERS = 8  # of a multi-value name, by Route53
_LONGEST_CHAIN = 8  # of CNAME records


class Outcome(Enum):
    """What becomes of a question."""

    ANSWER = "answer"
    NO_DATA = "no data"
    NO_NAME = "no name"
    REFUSED = "refused"


@dataclass(frozen=True)
class RecordSet:
    """A record set of a zone; names are in lower case without the last dot."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]
    identifier: str = ""
    health_check: str | None = None
    multivalue: bool = False

    @classmethod
    def from_api(cls, raw: ResourceRecordSetOutputTypeDef) -> RecordSet:
        """Read a record set as Route53 lists it."""
        return cls(
            name=normal(raw["Name"]),
            type=raw["Type"],
            ttl=int(raw.get("TTL", 0)),
            values=tuple(_plain(record["Value"]) for record in raw.get("ResourceRecords", ())),
            identifier=raw.get("SetIdentifier", ""),
            health_check=raw.get("HealthCheckId"),
            multivalue=bool(raw.get("MultiValueAnswer")),
        )


@dataclass(frozen=True)
class Answers:
    """Values of one name and type."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """The answer to a question.

    Attributes:
        outcome: What becomes of it.
        answers: The answer section, aliases first.
        authority: The zone's SOA when there is no answer.
    """

    outcome: Outcome
    answers: tuple[Answers, ...] = ()
    authority: Answers | None = None


@dataclass
class Zone:
    """A hosted zone."""

    name: str
    records: dict[tuple[str, str], list[RecordSet]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, name: str, records: Iterable[RecordSet]) -> Zone:
        """Make the zone *name* of its *records*."""
        zone = cls(normal(name))
        for record in records:
            zone.records.setdefault((record.name, record.type), []).append(record)
            labels = record.name.split(".")
            depth = len(labels) - zone.name.count(".")
            # A name exists as soon as there is something below it.
            zone.names.update(".".join(labels[n:]) for n in range(depth))
        return zone

    def servers(self, name: str) -> set[str]:
        """Return the name servers that the zone names for *name*: itself, or a zone below."""
        return {normal(value) for record in self.records.get((name, "NS"), []) for value in record.values}

    def owner(self, name: str) -> str | None:
        """Return the name whose records answer for *name*: itself, the wildcard that covers it, or none."""
        if name in self.names:
            return name
        parent = name
        while parent != self.name:
            parent = parent.partition(".")[2]
            if parent in self.names:
                wildcard = f"*.{parent}"
                return wildcard if wildcard in self.names else None
        return None


def _plain(value: str) -> str:
    """Return *value* without what moto wraps around the value of the SOA record that it makes with a zone."""
    return value.removeprefix("{'Value': '").removesuffix("'}") if value.startswith("{'Value': '") else value


def normal(name: str) -> str:
    """Return *name* in lower case, without the last dot, and with Route53's escaped asterisk as one."""
    return name.rstrip(".").lower().replace("\\052", "*")


def zone_of(name: str, zones: Iterable[Zone]) -> Zone | None:
    """Return the zone that *name* belongs to: the one with the longest name."""
    own = [zone for zone in zones if name == zone.name or name.endswith(f".{zone.name}")]
    return max(own, key=lambda zone: len(zone.name), default=None)


def lookup(name: str, kind: str, zones: list[Zone], healthy: Callable[[str], bool]) -> Reply:
    """Answer a question.

    Args:
        name: The name that is asked for.
        kind: The type that is asked for, such as ``A``.
        zones: All zones that are served.
        healthy: Says of a health check's id whether what it checks is healthy.
    """
    name = normal(name)
    answers: list[Answers] = []
    for _ in range(_LONGEST_CHAIN):
        zone = zone_of(name, zones)
        if zone is None:
            return Reply(Outcome.ANSWER, tuple(answers)) if answers else Reply(Outcome.REFUSED)
        owner = zone.owner(name)
        if owner is None:
            return Reply(Outcome.NO_NAME, tuple(answers), _soa(zone))
        found = zone.records.get((owner, kind), [])
        if found:
            return Reply(Outcome.ANSWER, (*answers, _choose(name, kind, found, healthy)))
        alias = zone.records.get((owner, "CNAME"), [])
        if not alias or not alias[0].values:
            return Reply(Outcome.NO_DATA, tuple(answers), _soa(zone))
        chosen = _choose(name, "CNAME", alias, healthy)
        answers.append(chosen)
        name = normal(chosen.values[0])
    return Reply(Outcome.ANSWER, tuple(answers))


def _choose(name: str, kind: str, found: list[RecordSet], healthy: Callable[[str], bool]) -> Answers:
    """Choose of several answers the healthy ones; where none is healthy, Route53 takes all for healthy."""
    well = [record for record in found if record.health_check is None or healthy(record.health_check)] or found
    if any(record.multivalue for record in found):
        well = random.sample(well, min(len(well), _MOST_ANSWERS))  # answers in turn, no key # nosec B311
    values = dict.fromkeys(value for record in well for value in record.values)
    return Answers(name, kind, min(record.ttl for record in well), tuple(values))


def _soa(zone: Zone) -> Answers | None:
    records = zone.records.get((zone.name, "SOA"))
    if not records:
        return None
    record = records[0]
    # RFC 2308: a denial lives as long as the lesser of the SOA's own TTL and its last field.
    last = record.values[0].split()[-1]
    return Answers(zone.name, "SOA", min(record.ttl, int(last)) if last.isdigit() else record.ttl, record.values)

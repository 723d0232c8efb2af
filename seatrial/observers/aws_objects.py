"""What the AWS observer gives: small records of what the API said, with its own words for states and types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Instance:
    """An EC2 instance. *group* is its auto scaling group's name; *state* is EC2's word: running, stopped, ...

    *session_tokens* is whether its metadata, credentials among them, is for those alone who ask for a session first.
    """

    id: str
    state: str
    type: str
    zone: str
    private_ip: str | None = None
    private_dns_name: str | None = None
    public_ip: str | None = None
    group: str | None = None
    tags: Tags = field(default_factory=dict)
    security_groups: tuple[str, ...] = ()
    vpc: str | None = None
    session_tokens: bool = False


@dataclass(frozen=True)
class Group:
    """An auto scaling group: its sizes, its zones, its instances, the type that it launches, what it does not do.

    *session_tokens* is as with an instance, of those that it launches.
    """

    name: str
    min: int
    max: int
    desired: int
    zones: tuple[str, ...]
    instances: tuple[str, ...]
    type: str | None = None
    tags: Tags = field(default_factory=dict)
    suspended: tuple[str, ...] = ()
    session_tokens: bool = False


@dataclass(frozen=True)
class Volume:
    """An EBS volume; *size* in GiB; *attached* is the id of the instance that has it."""

    id: str
    zone: str
    size: int
    type: str
    state: str
    attached: str | None = None
    tags: Tags = field(default_factory=dict)
    encrypted: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A copy of an EBS volume."""

    id: str
    volume: str
    encrypted: bool
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Vpc:
    """A network and its address range."""

    id: str
    cidr: str
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class Subnet:
    """A part of a network: *vpc* is the network's id."""

    id: str
    vpc: str
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class IngressRule:
    """An opening of a security group: a range of ports (none for all) to addresses, another group or a prefix list."""

    protocol: str
    first_port: int | None
    last_port: int | None
    source: str

    def written(self, called: Tags) -> str:
        """Write it in one line, ``tcp 80 0.0.0.0/0``: other groups by the names that their ids are *called*."""
        protocol = "all" if self.protocol == "-1" else self.protocol
        first, last = self.first_port, self.last_port
        ports = "all" if first is None else str(first) if first == last else f"{first}-{last}"
        return f"{protocol} {ports} {called.get(self.source, self.source)}"


@dataclass(frozen=True)
class SecurityGroup:
    """A security group and its openings."""

    id: str
    name: str
    vpc: str | None
    ingress: tuple[IngressRule, ...]
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class LoadBalancer:
    """A load balancer; *kind* is classic, application, network or gateway."""

    name: str
    kind: str
    dns_name: str
    vpc: str | None = None


@dataclass(frozen=True)
class Bucket:
    """A bucket: whether it keeps versions, encrypts, and refuses all public access."""

    name: str
    versioned: bool
    encrypted: bool
    private: bool
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True)
class StoredObject:
    """What is kept in a bucket under a key, and how it is encrypted; nothing where it is not."""

    key: str
    encryption: str


@dataclass(frozen=True)
class HostedZone:
    """A DNS zone, without its name's last dot."""

    id: str
    name: str
    private: bool
    records: int


@dataclass(frozen=True)
class Record:
    """A record set, without its name's last dot; *ttl* in seconds."""

    name: str
    type: str
    ttl: int | None
    values: tuple[str, ...]
    set_identifier: str | None = None
    health_check_id: str | None = None
    multi_value: bool = False


@dataclass(frozen=True)
class HealthCheck:
    """A health check of Route53; *type* is HTTP, HTTPS, TCP, ...; *interval* in seconds."""

    id: str
    type: str
    ip: str | None = None
    port: int | None = None
    path: str | None = None
    interval: int | None = None
    threshold: int | None = None
    tags: Tags = field(default_factory=dict)
    host: str | None = None
    disabled: bool = False
    inverted: bool = False

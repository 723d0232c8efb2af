"""The platform's parameters: ``platform.yaml`` as a validated model."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

PLATFORM_FILE = Path(__file__).with_name("platform.yaml")

_LARGEST_NETWORK, _SMALLEST_NETWORK = 16, 20  # prefix lengths: AWS has no larger ones, and each zone takes a part
_TAKEN = {22: "SSH", 6443: "the API server", 10250: "the kubelet"}
"""Ports that a machine has already, and whose they are."""

Port = Annotated[int, Field(ge=1, le=65535)]
Zone = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")]
DnsLabel = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]


def _range(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        raise ValueError(f"expected a range of addresses such as 192.0.2.0/24, got {value}: {error}") from error


Range = Annotated[str, AfterValidator(_range)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Machines(_Strict):
    """A role's machines: how many, and of which EC2 instance type."""

    count: Annotated[int, Field(ge=1, le=9)]
    type: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z0-9]+$")]


class Masters(Machines):
    """The masters, each an etcd member."""

    @field_validator("count")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2 == 0:
            raise ValueError(
                f"expected an odd number of masters, as etcd's quorum is (n/2)+1 and {value} tolerate no more "
                f"losses than {value - 1}, got {value}"
            )
        return value


class Nodes(Machines):
    """The nodes, which workloads run on."""

    count: Annotated[int, Field(ge=1, le=99)]  # moto cannot list a name of more than 300 answers; 30 were stood up


class Access(_Strict):
    """The ranges of addresses that may reach the machines by SSH, the API, and the controllers' status port."""

    ssh: list[Range] = []
    api: Annotated[list[Range], Field(min_length=1)]
    status: Annotated[list[Range], Field(min_length=1)]


class Aws(_Strict):
    """The accounts of AWS, by their twelve digits, that may be built in; for how many hours a platform is meant."""

    accounts: list[Annotated[str, Field(pattern=r"^[0-9]{12}$")]] = []
    lifetime: Annotated[int, Field(ge=1, le=8760)] = 168


class Volume(_Strict):
    """An EBS volume: its size in GiB and its type."""

    size: Annotated[int, Field(ge=1, le=16384)]
    type: Literal["gp2", "gp3", "io1", "io2", "st1", "sc1"]


class MongoDb(_Strict):
    """The MongoDB replica set: its members and the volume that each has."""

    members: Annotated[int, Field(ge=1, le=7)]
    volume: Volume


class IngressPorts(_Strict):
    """The host ports of an ingress controller."""

    http: Port = 80
    https: Port = 443
    status: Port = 18080

    @model_validator(mode="after")
    def _each_once(self) -> IngressPorts:
        ports = (self.http, self.https, self.status)
        if len(set(ports)) != len(ports):
            raise ValueError(f"expected three different ports of a node, got {', '.join(map(str, ports))}")
        if taken := sorted(set(ports) & _TAKEN.keys()):
            raise ValueError(f"expected ports that are free on a node, got {taken[0]}, which is {_TAKEN[taken[0]]}'s")
        return self


class Ingress(_Strict):
    """The ingress controller, by the name of its component under ``manifests/components``."""

    controller: DnsLabel
    ports: IngressPorts = IngressPorts()


class Microservices(_Strict):
    """The microservices: their names, their common port, and replicas of each."""

    names: Annotated[list[DnsLabel], Field(min_length=1)]
    port: Port
    replicas: Annotated[int, Field(ge=1, le=50)]

    @field_validator("names")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError(f"expected each microservice once, got {', '.join(value)}")
        return value


class Dns(_Strict):
    """DNS: the records' time to live in seconds; whether the zone is for everybody, or for the platform's network."""

    ttl: Annotated[int, Field(ge=1, le=172800)]
    zone: Literal["public", "private"] = "public"

    @property
    def public(self) -> bool:
        """Whether everybody may ask for the platform's names, and is led to public addresses."""
        return self.zone == "public"


class Density(_Strict):
    """Containers a node: the least on any node, and the average over all nodes."""

    least: Annotated[int, Field(ge=1)]
    average: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _the_least_is_no_more(self) -> Density:
        if self.least > self.average:
            raise ValueError(f"expected an average of at least {self.least}, the least on any node, got {self.average}")
        return self


class Standup(_Strict):
    """The standup's time limit in seconds."""

    within: Annotated[int, Field(ge=60)]


class PlatformSpec(_Strict):
    """Everything the provisioning needs to know of the platform, but for ``$TEAMID``."""

    kubernetes: Annotated[str, Field(pattern=r"^1\.\d+\.\d+$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    zones: Annotated[list[Zone], Field(min_length=1)]
    network: str
    aws: Aws = Aws()
    domain: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    masters: Masters
    nodes: Nodes
    access: Access
    mongodb: MongoDb
    ingress: Ingress
    microservices: Microservices
    dns: Dns
    density: Density
    standup: Standup

    @field_validator("network")
    @classmethod
    def _a_private_network(cls, value: str) -> str:
        network = ipaddress.ip_network(value)
        if not network.is_private or not _LARGEST_NETWORK <= network.prefixlen <= _SMALLEST_NETWORK:
            raise ValueError(f"expected a private network of /16 to /20, such as 172.20.0.0/16, got {value}")
        return value

    @model_validator(mode="after")
    def _zones_belong_to_the_region(self) -> PlatformSpec:
        strangers = [zone for zone in self.zones if not zone.startswith(self.region)]
        if strangers:
            raise ValueError(f"expected zones of the region {self.region}, got {', '.join(strangers)}")
        if len(set(self.zones)) != len(self.zones):
            raise ValueError(f"expected each zone once, got {', '.join(self.zones)}")
        return self

    @model_validator(mode="after")
    def _every_zone_has_a_node(self) -> PlatformSpec:
        if self.nodes.count < len(self.zones):
            raise ValueError(
                f"expected a node in each of the {len(self.zones)} zones, got nodes.count {self.nodes.count}: "
                "raise it, or name fewer zones"
            )
        return self

    def zone_name(self, team: str) -> str:
        """Return the DNS zone of the platform *team*, which is the kops cluster's name too."""
        return f"{team}.{self.domain}"

    def store_name(self, team: str) -> str:
        """Return the name of the bucket that holds the kops state of the platform *team*."""
        return f"{team}-store"

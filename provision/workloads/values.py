"""What the manifests do not know until a platform is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from provision.estate import Keys


@dataclass(frozen=True)
class MemberVolume:
    """The volume of one MongoDB member.

    Attributes:
        member: The member's number, from 0.
        volume_id: The EBS volume's id.
        zone: The availability zone in which the volume lies.
    """

    member: int
    volume_id: str
    zone: str


@dataclass(frozen=True)
class Certificate:
    """The certificate with which the ingress controllers answer on 443, and its key; both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class OverlayValues:
    """The values of one platform that neither ``platform.yaml`` nor ``$TEAMID`` gives.

    Attributes:
        mark: The ownership mark, a UUID.
        hosted_zone_id: The id of the platform's Route53 zone.
        volumes: The volume of each MongoDB member.
        certificate: The ingress controllers' certificate; without one, no TLS secret is made.
        aws_keys: The keys of that API, for pods; without them, no Secret of them is made.
        address_type: Which address of a node the names lead to: ``ExternalIP`` or ``InternalIP``.
        aws_endpoint: The address of the AWS API as pods reach it, on ``kind``.
        network: The range of the machines' addresses, where it is not the one of ``platform.yaml``.
        images: The full name, by digest, of each image that the target chooses itself (``kind``), by its short name.
        left_out: Names of components whose images cannot be had: nothing of them is applied.
        released: The image of each microservice that its pipeline has released, by its name.
        stand_ins: Names of components under ``manifests/components/standins`` that change what a stand-in needs.
    """

    mark: str
    hosted_zone_id: str
    volumes: tuple[MemberVolume, ...]
    certificate: Certificate | None = None
    aws_keys: Keys | None = None
    address_type: str = "ExternalIP"
    aws_endpoint: str = "http://127.0.0.1:5000"
    network: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    released: Mapping[str, str] = field(default_factory=dict)
    stand_ins: tuple[str, ...] = ()

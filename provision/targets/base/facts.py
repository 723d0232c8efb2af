"""What words may need to know of a platform: names, ids, and what its target could not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Facts:
    """The facts of one platform.

    Attributes:
        zone: The name of its hosted zone.
        zone_id: That zone's id.
        bucket: The name of its bucket.
        cluster: The name of its cluster.
        openings: Every opening of its network that was agreed on.
        cannot_be_had: The components whose images cannot be had, so that they were left out.
        stand_ins: The components that another program stands in for.
        etcd_at: The host at which the member of etcd of a zone's master listens, where it is not the master's address.
        resync: After how many seconds the DNS updater looks at everything anew, as the target's manifests tell it.
        public: Whether its names are for everybody, or for its own network.
        address_type: Which address of a node its names lead to: ``ExternalIP`` or ``InternalIP``.
        machines_addresses: Whether its nodes have the addresses of their machines.
        encrypts_secrets: Whether its API servers are given a key to encrypt Secrets with.
    """

    zone: str
    zone_id: str
    bucket: str
    cluster: str
    openings: tuple[str, ...]
    public: bool = True
    address_type: str = "ExternalIP"
    cannot_be_had: frozenset[str] = frozenset()
    stand_ins: frozenset[str] = frozenset()
    machines_addresses: bool = True
    resync: float = 5.0
    etcd_at: Mapping[str, str] = field(default_factory=dict)
    encrypts_secrets: bool = True

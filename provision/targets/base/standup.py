"""The standup: seven ordered steps, each with the gates that must be met before the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from seatrial.provisioning.standup import Gate, Step


class Builder(Protocol):
    """What a target does for each step, and what it sees at each gate; a gate's look names what is not yet there."""

    def make_cluster(self) -> None:
        """Have the machines and the control plane made."""

    def cluster_unready(self) -> Sequence[str]:
        """Look whether every etcd member, API server, controller and the API's own address answer."""

    def names_unready(self) -> Sequence[str]:
        """Look whether the masters' internal names are in DNS: what used to be waited for by the clock."""

    def nodes_unready(self) -> Sequence[str]:
        """Look whether every machine of the estate is a Ready node."""

    def make_volumes(self) -> None:
        """Have the MongoDB members' volumes made."""

    def volumes_unready(self) -> Sequence[str]:
        """Look whether every volume is available, or in use by its member."""

    def deploy(self, group: str) -> None:
        """Apply one group of the manifests."""

    def groups_unready(self, *groups: str) -> Sequence[str]:
        """Look whether everything of some groups runs as its manifest says."""

    def open_ports(self) -> None:
        """Open the ingress ports in the security groups."""

    def ports_closed(self) -> Sequence[str]:
        """Look whether the ports are open."""

    def make_records(self) -> None:
        """Have the DNS updater run."""

    def records_missing(self) -> Sequence[str]:
        """Look whether every service has its record and the resolver answers with it."""


def plan(builder: Builder) -> list[Step]:
    """Return the standup as a plan. Each gate's limit is in seconds, for a cloud's machines; `local` needs a tenth."""
    return [
        Step("cluster", builder.make_cluster),
        Step(
            "wait for the cluster",
            lambda: None,
            [
                Gate("the control plane answers", builder.cluster_unready, within=300),
                Gate("the masters' internal names are in DNS", builder.names_unready, within=320),
                Gate("every node is ready", builder.nodes_unready, within=300),
            ],
        ),
        Step(
            "MongoDB volumes",
            builder.make_volumes,
            [Gate("every volume is there", builder.volumes_unready, within=60)],
        ),
        Step(
            "backing services",
            lambda: builder.deploy("backing"),
            [Gate("every backing service is ready", lambda: builder.groups_unready("backing"), within=300)],
        ),
        Step(
            "microservices",
            lambda: builder.deploy("microservices"),
            [Gate("every microservice is ready", lambda: builder.groups_unready("microservices"), within=180)],
        ),
        Step(
            "security groups",
            builder.open_ports,
            [Gate("the ingress ports are open", builder.ports_closed, within=30)],
        ),
        Step(
            "DNS",
            builder.make_records,
            [Gate("every service resolves", builder.records_missing, within=120)],
        ),
    ]

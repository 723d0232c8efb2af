"""A platform that is up, as the harness sees it: what is alike on every target on moto."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, ClassVar

import httpx2
from lightkube import ApiError
from lightkube.resources.core_v1 import ConfigMap, Node

from provision.actuators import Again
from provision.estate.openings import agreed_openings
from provision.net.nodes import machine_of
from provision.net.retrying import connected
from provision.observers.accounts import Accounts
from provision.observers.admission import Admission
from provision.observers.belongings import Belongings
from provision.observers.delegation import Delegation
from provision.observers.delivery import Delivery
from provision.observers.drift import Drift
from provision.observers.estate_drift import EstateDrift
from provision.observers.member import Bucket, Member
from provision.observers.standup import Standup
from provision.observers.upgrade import Upgrade
from provision.targets.base.capabilities import Capabilities
from provision.targets.base.facts import Facts
from provision.targets.base.gates import Gates
from provision.targets.base.kops_preview import by_kops
from provision.targets.base.parts import Parts
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState

_LOST_LIMIT = 5.0  # seconds


class Platform(ABC):
    """One platform.

    Args:
        parts: Its parts.
        again: Runs the standup again and gives the number of things that it changed.
    """

    cloud: ClassVar[Fidelity] = Fidelity.SIMULATED
    """How true its cloud is, its names with it."""

    def __init__(self, parts: Parts, again: Again) -> None:
        self._parts = parts
        self._again = again
        self.target: str = parts.target
        self.team: str = parts.team
        self.state: PlatformState = parts.state

    @abstractmethod
    def gates(self) -> Gates:
        """Return the gates of its standup, which say whether the platform is whole."""

    @abstractmethod
    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers that this target has beside those of every target, and those that it lacks."""

    @abstractmethod
    def cluster(self) -> Cluster:
        """Return the observer of the cluster."""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What it can do at the asking of words."""

    @abstractmethod
    def actuators(self) -> Actuators[Capabilities]:
        """Return what faults act with."""

    @cached_property
    def facts(self) -> Facts:
        """What words may need to know: names and ids."""
        c = self._parts
        return Facts(
            zone=c.spec.zone_name(c.team),
            zone_id=c.estate.hosted_zone_id(),
            bucket=c.spec.store_name(c.team),
            cluster=c.spec.zone_name(c.team),
            openings=tuple(agreed_openings(c.spec)),
            public=c.spec.dns.public,
            address_type=c.address_type,
        )

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers, the absent ones among them."""
        return self._instruments

    @cached_property
    def _instruments(self) -> dict[str, Observer | Absent]:
        c = self._parts
        found: dict[str, Observer | Absent] = {
            "cluster": self.cluster(),
            "aws": Aws(c.access, self.cloud),
            "accounts": Accounts(c.kube),
            "admission": Admission(c.kube),
            "belongings": Belongings(c.access, c.estate.names, c.kube, self.cloud),
            "dns": Dns(*c.resolver, fidelity=self.cloud),
            "delegation": Delegation(c.estate, self.cloud),
            "delivery": Delivery(c.checkout / "ci"),
            "drift": Drift(lambda: c.workloads, c.kube, c.state),
            "estate_drift": EstateDrift(c.estate, partial(by_kops, c), c.published, self.cloud),
            "standup": Standup(c.state),
            "upgrade": Upgrade(c.state, self.cloud),
            "member": self._member(),
        }
        return found | dict(self.own_instruments())

    def _member(self) -> Member:
        c = self._parts
        folder = c.state.path("members", "x").parent
        bucket = Bucket(c.spec.store_name(c.team), lambda: c.access, c.access_of_stranger)
        return Member(c.api, folder, lambda: c.kops, c.kops_of_stranger, bucket)

    def owned(self) -> str:
        """Say why the cluster behind the kubeconfig is not this platform; nothing when it is."""
        c = self._parts
        record = c.state.read("platform") or {}
        client = c.client()
        try:
            # A balancer drops the connections to a master as it is lost: the next one answers.
            mark = connected(lambda: client.get(ConfigMap, "seatrial-ownership", namespace="kube-system"), _LOST_LIMIT)
        except ApiError as error:
            return f"the cluster carries no ownership mark of Seatrial ({error.status.message})"
        except httpx2.HTTPError as error:
            return f"the cluster does not answer, so it shows no ownership mark ({error})"
        found = mark.data or {}
        if (found.get("team"), found.get("mark")) != (c.team, record.get("mark")):
            return f"the cluster carries the mark of {found.get('team')!r}, not of this platform, {c.team!r}"
        return ""

    def close(self) -> None:
        """End the watches, and what else observers and actuators hold."""
        self.capabilities.close()
        for instrument in self._instruments.values():
            close = getattr(instrument, "close", None)
            if close is not None:
                close()

    def unwhole(self) -> list[str]:
        """Look whether the platform is whole; name what is missing."""
        gates = self.gates()
        looks = (
            gates.cluster_unready,
            gates.nodes_unready,
            self._strange_nodes,
            lambda: gates.groups_unready("backing", "microservices", "dns"),
            gates.names_unanswered,
            gates.volumes_apart,
        )
        for look in looks:
            if missing := list(look()):
                return missing
        return []

    def _strange_nodes(self) -> list[str]:
        c = self._parts
        there = {i.id for i in c.estate.instances()}
        nodes: list[Any] = list(c.kube().list(Node))
        return [f"{n.metadata.name} is a node without a machine" for n in nodes if machine_of(n) not in there]

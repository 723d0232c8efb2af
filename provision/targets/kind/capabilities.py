"""What a platform on ``kind`` can do at the asking of words, as far as its images can be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, TypeVar

from provision.actuators import (
    Again,
    HttpSender,
    ImageTags,
    MongoDbWriter,
    NamesKeeper,
    PushedVersions,
    Pusher,
)
from provision.observers import Ways
from provision.targets.base import capabilities
from provision.targets.kind.actuators import Controllers, MachineShell, NodeNetwork, PodKiller
from provision.targets.kind.parts import KindParts
from provision.targets.local.guest import SecondPlatform
from provision.targets.simulated.endpoints import client_context
from provision.targets.simulated.etcd_content import EtcdContent
from provision.targets.simulated.etcd_size import EtcdSize
from seatrial.checks.observer import Absent, Fidelity, Observer

T = TypeVar("T")
NO_SERVER: Final = Absent(
    "concourse", "no server of pipelines stands beside the platform: it was stood up without --with-delivery"
)


class KindCapabilities(capabilities.Capabilities):
    """What one platform can do.

    What acts on a part of it is as true as what observes that part, and absent with it.

    Args:
        parts: The platform's parts.
        again: Runs the standup again and gives the number of things that it changed.
        ways: Gives the ways that what acts shares with what observes.
        observers: Gives the platform's observers by name.
    """

    def __init__(
        self,
        parts: KindParts,
        again: Again,
        ways: Callable[[], Ways],
        observers: Callable[[], Mapping[str, Observer | Absent]],
    ) -> None:
        super().__init__(parts, again)
        self._ways = ways
        self._delivery, self._kube = parts.delivery, parts.kube
        self._observers = observers
        self.group_size = Absent("group size", "no container is added to a cluster that runs on kind")
        self.etcd_content = EtcdContent(
            lambda: {name: (address, 2379) for name, address in parts.masters().items()},
            lambda: client_context(parts.pki.etcd.pair.cert, parts.pki.etcd_client()),
        )
        self.etcd_size = EtcdSize(parts.etcd_members)
        self.node_network = NodeNetwork(parts)
        self.pod_killer = PodKiller(parts)
        self.machine_shell = MachineShell(parts)
        self.tools_image = parts.tools_image
        self.controllers = Controllers(parts)
        self.names_keeper = NamesKeeper(parts.kube)
        self.versions = PushedVersions(lambda: ways().registry)
        self.second_platform = SecondPlatform(parts)

    @property
    def pusher(self) -> Pusher | Absent:
        """What pushes changes of microservices."""
        delivery = self._delivery
        if not delivery.wanted:
            return NO_SERVER
        return Pusher(
            lambda: delivery.repositories,
            lambda: delivery.atc,
            delivery.sources,
            kube=self._kube,
            set_again=delivery.set_pipelines,
        )

    @cached_property
    def http_sender(self) -> HttpSender | Absent:
        """What sends over HTTP."""
        return self._beside("http", lambda fidelity: HttpSender(self._ways().visits, fidelity=fidelity))

    @cached_property
    def mongodb_writer(self) -> MongoDbWriter | Absent:
        """What stores documents in the database."""
        return self._beside("mongodb", lambda fidelity: MongoDbWriter(self._ways().database, fidelity=fidelity))

    @cached_property
    def image_tags(self) -> ImageTags | Absent:
        """What moves tags of the registry."""
        ways = self._ways()
        return self._beside(
            "containers",
            lambda fidelity: ImageTags(ways.registry, ways.images["tools"], ways.containers, fidelity=fidelity),
        )

    def close(self) -> None:
        """Take down what a scenario has left up."""
        self.second_platform.close()

    def _beside(self, observer: str, make: Callable[[Fidelity], T]) -> T | Absent:
        found = self._observers()[observer]
        return found if isinstance(found, Absent) else make(found.fidelity)

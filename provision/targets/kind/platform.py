"""A platform on ``kind`` that is up, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from provision import observers
from provision.registry import Registry
from provision.targets.base import platform
from provision.targets.base.facts import Facts
from provision.targets.base.strangers import client_and_peer, strangers
from provision.targets.kind.capabilities import NO_SERVER, KindCapabilities
from provision.targets.kind.gates import KindGates
from provision.targets.kind.parts import KindParts
from provision.targets.local.guest import Second
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from seatrial.observers.etcd import Etcd
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.processes import MARK

_KERNEL = "the machines of kind share the kernel of this one, its clock and its memory"


class KindPlatform(platform.Platform):
    """One platform on ``kind``."""

    _parts: KindParts

    def gates(self) -> KindGates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return KindGates(self._parts)

    @cached_property
    def facts(self) -> Facts:
        """What words may need to know: names and ids, and which images were had."""
        had = self._parts.images.had
        return replace(
            super().facts,
            cannot_be_had=observers.cannot_be_had(had),
            stand_ins=observers.stand_ins(had),
            machines_addresses=False,  # a node's is that of its container
        )

    def cluster(self) -> Cluster:
        """Return the observer of the cluster: nodes and containers are real."""
        return Cluster(self._parts.client, Fidelity.REAL, {})

    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers of what real containers do, as far as their images can be had."""
        c = self._parts
        pair = c.pki.etcd_client()
        members = {name: f"https://{address}:2379" for name, address in c.masters().items()}
        etcd = Etcd(members, ca=c.pki.etcd.pair.cert, cert=pair.cert, key=pair.key, fidelity=Fidelity.REAL)
        return {
            "etcd": etcd,
            "policies": observers.Policies(c.client, lambda: dict(c.images.names), fidelity=Fidelity.REAL),
            "second": Second(c),
            "strangers": strangers(c.state, lambda: c.pki, self._doors_of_etcd, Fidelity.REAL),
            "hosts": observers.Hosts(c.insides, fidelity=Fidelity.REAL, kernel=_KERNEL),
            "tools_image": observers.Tools(c.tools_image.run, fidelity=Fidelity.SIMULATED),  # by a recipe of ours
            "concourse": self._concourse(),
            **observers.observers(self._ways, c.images.had, f"ingress-{c.controller}"),
        }

    def _concourse(self) -> Observer | Absent:
        delivery = self._parts.delivery
        if not delivery.wanted:
            return NO_SERVER
        # by types of resources of our own, which an image is not built by
        return observers.Concourse(delivery.atc, delivery.released, fidelity=Fidelity.SIMULATED)

    def _doors_of_etcd(self) -> dict[str, tuple[str, int]]:
        both = (client_and_peer(name, (at, 2379), (at, 2380)) for name, at in self._parts.masters().items())
        return {name: door for doors in both for name, door in doors.items()}

    @cached_property
    def capabilities(self) -> KindCapabilities:
        """What it can do at the asking of words."""
        return KindCapabilities(self._parts, self._again, lambda: self._ways, self.instruments)

    def actuators(self) -> Actuators[KindCapabilities]:
        """Return what faults act with."""
        c = self._parts
        behind = self.gates().names_behind
        return Actuators(c.kube, c.access.client, self.unwhole, self.capabilities, behind=behind)

    @cached_property
    def _ways(self) -> observers.Ways:
        c = self._parts
        environment = {
            "PATH": "/usr/bin:/bin",
            "KUBECACHEDIR": str(c.state.dir / "kubectl"),  # without a HOME it would be in the working directory
            MARK: c.processes.mark("port-forward"),
        }
        forward = observers.Forward(c.tools["kubectl"], c.kubeconfig, environment)
        names = [f"mongodb-{n}" for n in range(c.spec.mongodb.members)]
        dns = Dns(*c.resolver, fidelity=Fidelity.SIMULATED)
        return observers.Ways(
            connect=c.client,
            visits=observers.Visits(dns, c.doors, c.pki.kubernetes.pair.cert),
            database=observers.database(forward, names, c.images.had),
            registry=Registry(c.images.url, c.images.access),
            images=c.images.names,
        )

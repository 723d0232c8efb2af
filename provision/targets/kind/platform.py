"""A platform on ``kind`` that is up, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from provision import observers
from provision.targets.base import platform
from provision.targets.kind.actuators import KindActuators
from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.gates import KindGates
from provision.targets.kind.parts import KindParts
from provision.targets.local.guest import Second
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from seatrial.observers.etcd import Etcd
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.processes import MARK


class KindPlatform(platform.Platform):
    """One platform on ``kind``."""

    _parts: KindParts

    def gates(self) -> KindGates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return KindGates(self._parts)

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What words may need to know: names, ids and addresses, and which images were had."""
        return {**super().facts, **observers.facts(self._parts.images.had), "node_addresses": "of the engine"}

    def cluster(self) -> Cluster:
        """Return the observer of the cluster: nodes and containers are real."""
        return Cluster(self._parts.client, Fidelity.REAL, {})

    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers of what real containers do, as far as their images can be had."""
        c = self._parts
        pair = c.pki.etcd_client()
        members = {name: f"https://{address}:2379" for name, address in c.masters().items()}
        environment = {
            "PATH": "/usr/bin:/bin",
            "KUBECACHEDIR": str(c.state.dir / "kubectl"),  # without a HOME it would be in the working directory
            MARK: c.processes.mark("port-forward"),
        }
        ways = observers.Ways(
            connect=c.client,
            dns=Dns(*c.resolver, fidelity=Fidelity.SIMULATED),
            doors=c.doors,
            ca=c.pki.kubernetes.pair.cert,
            forward=observers.Forward(c.tools["kubectl"], c.kubeconfig, environment),
            members=[f"mongodb-{n}" for n in range(c.spec.mongodb.members)],
            registry=observers.Registry(c.images.url),
            images=c.images.names,
        )
        etcd = Etcd(members, ca=c.pki.etcd.pair.cert, cert=pair.cert, key=pair.key, fidelity=Fidelity.REAL)
        return {
            "etcd": etcd,
            "second": Second(c),
            "concourse": Absent("concourse", "image concourse cannot be had"),
            **observers.observers(ways, c.images.had, f"ingress-{c.controller}"),
        }

    def actuators(self) -> Actuators:
        """Return what faults act with."""
        c = self._parts
        mark = (c.state.read("platform") or {}).get("mark", "")
        builder = KindBuilder(c, mark, lambda _text: None)
        return Actuators(c.kube, c.access.client, self.unwhole, KindActuators(c, builder).all())

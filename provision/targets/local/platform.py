"""A platform on ``local`` that is up, as the harness sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from provision.targets.base import platform
from provision.targets.base.facts import Facts
from provision.targets.base.gates import Gates
from provision.targets.base.strangers import client_and_peer, strangers
from provision.targets.local.builder import RESYNC
from provision.targets.local.capabilities import ABSENT, LocalCapabilities
from provision.targets.local.gates import LocalGates
from provision.targets.local.parts import LocalParts
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from seatrial.provisioning.contract import Actuators


class LocalPlatform(platform.Platform):
    """One platform on ``local``."""

    _parts: LocalParts

    @cached_property
    def facts(self) -> Facts:
        """What words may need to know: names and ids, and where the masters' processes listen."""
        masters = self._parts.control_plane.masters
        return replace(super().facts, resync=RESYNC, etcd_at={m.zone: m.addresses.etcd.client.host for m in masters})

    def gates(self) -> Gates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return LocalGates(self._parts)

    def cluster(self) -> Cluster:
        """Return the observer of the cluster: what KWOK plays is simulated."""
        simulated = dict.fromkeys(("Pod", "Node", "PodMetrics", "Event"), Fidelity.SIMULATED)
        return Cluster(self._parts.client, Fidelity.REAL, simulated)

    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return etcd's observer; what needs real containers is absent."""
        plane = self._parts.control_plane
        members = {m.process("etcd"): m.addresses.etcd.client.https for m in plane.masters}
        pair = plane.etcd_client()
        etcd = Etcd(members, ca=plane.pki.etcd.pair.cert, cert=pair.cert, key=pair.key, fidelity=Fidelity.REAL)
        own = strangers(self._parts.state, lambda: plane.pki, self._doors_of_etcd, Fidelity.REAL)
        return {"etcd": etcd, "strangers": own, **ABSENT}

    def _doors_of_etcd(self) -> dict[str, tuple[str, int]]:
        members = self._parts.control_plane.masters
        at = {m.process("etcd"): m.addresses.etcd for m in members}
        both = (client_and_peer(name, a.client.pair, a.peer.pair) for name, a in at.items())
        return {name: door for doors in both for name, door in doors.items()}

    @cached_property
    def capabilities(self) -> LocalCapabilities:
        """What it can do at the asking of words."""
        return LocalCapabilities(self._parts, self._again)

    def actuators(self) -> Actuators[LocalCapabilities]:
        """Return what faults act with."""
        c = self._parts
        behind = self.gates().names_behind
        return Actuators(c.kube, c.access.client, self.unwhole, self.capabilities, processes=c.processes, behind=behind)

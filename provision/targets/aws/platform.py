"""A platform on ``aws`` that is up, as the harness sees it: what stands here has never run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from provision.targets.aws.capabilities import ABSENT, AwsCapabilities
from provision.targets.aws.gates import AwsGates
from provision.targets.aws.parts import AwsParts
from provision.targets.base import platform
from provision.targets.base.facts import Facts
from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.observers.cluster import Cluster
from seatrial.provisioning.contract import Actuators

_RESYNC = 30.0  # seconds: the DNS updater's own


class AwsPlatform(platform.Platform):
    """One platform on ``aws``."""

    _parts: AwsParts
    cloud = Fidelity.REAL

    @cached_property
    def facts(self) -> Facts:
        """What words may need to know: names and ids."""
        return replace(super().facts, resync=_RESYNC)

    def gates(self) -> AwsGates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return AwsGates(self._parts)

    def cluster(self) -> Cluster:
        """Return the observer of the cluster: everything is real."""
        return Cluster(self._parts.client, Fidelity.REAL, {})

    def own_instruments(self) -> Mapping[str, Observer | Absent]:
        """Return what stands for the observers that this target lacks."""
        return ABSENT

    @cached_property
    def capabilities(self) -> AwsCapabilities:
        """What it can do at the asking of words."""
        return AwsCapabilities(self._parts, self._again)

    def actuators(self) -> Actuators[AwsCapabilities]:
        """Return what faults act with."""
        c = self._parts
        behind = self.gates().names_behind
        return Actuators(c.kube, c.access.client, self.unwhole, self.capabilities, behind=behind)

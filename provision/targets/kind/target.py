"""The target ``kind``: real kubelets and containers on one machine, and an AWS that is moto's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from provision import spec_file
from provision.actuators import Again
from provision.engine import EngineError, find
from provision.engine.client import NO_ENGINE
from provision.targets.base import target
from provision.targets.kind import remains
from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.gates import KindGates
from provision.targets.kind.images import KindImages
from provision.targets.kind.parts import TARGET, KindParts
from provision.targets.kind.platform import KindPlatform
from provision.targets.kind.standing_on import keep, standing_on
from provision.targets.simulated import addresses
from provision.targets.simulated.addresses import Endpoint
from provision.toolchain import Toolchain
from provision.toolchain.catalogue_kubernetes import KUBERNETES
from seatrial.errors import UsageError
from seatrial.provisioning.contract import Check, KubeContext
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState


class KindTarget(target.Target):
    """Platforms on ``kind``."""

    name = TARGET
    tools = KindParts.needs
    _delivers = False

    def deliver(self) -> None:
        """Have what is stood up from now on have a server of pipelines beside it."""
        self._delivers = True

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> KindParts:
        """Put a platform's parts together."""
        return KindParts(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, parts: KindParts, mark: str, say: Callable[[str], None]) -> KindBuilder:
        """Return what builds a platform."""
        return KindBuilder(parts, mark, say)

    def gates(self, parts: KindParts) -> KindGates:
        """Return what looks at a platform while it is built."""
        return KindGates(parts)

    def platform(self, parts: KindParts, again: Again) -> KindPlatform:
        """Return a platform as the harness sees it."""
        return KindPlatform(parts, again)

    def doctor(self) -> list[Check]:
        """Return whether a container engine answers, or how one would be had."""
        engine = find()
        if engine is not None:
            return [Check("container engine", "ok", f"{engine.kind} at {engine.program}")]
        return [Check("container engine", "missing", remedy=NO_ENGINE)]

    def prepare(self, parts: KindParts, progress: Progress) -> None:
        """Have the tools and the images, and see that there is a container engine.

        Raises:
            EngineError: If there is none.
        """
        _ = parts.engine, parts.tools
        parts.say = progress.line  # type: ignore[method-assign]
        KindImages.prepare(parts.engine, parts.toolchain, progress.line)
        if self._delivers or parts.delivery.wanted:
            parts.delivery.prepare()

    def claim(self, parts: KindParts) -> None:
        """Reserve the loopback addresses of the nodes' ports, and the platform's own network for all else.

        Raises:
            UsageError: If none are free, or somebody else listens where a server of the platform is to be.
            EngineError: If the network cannot be made.
        """
        addresses.claim(parts.state, parts.spec.masters.count)
        keep(parts.state, parts.engine)
        if self._delivers:
            parts.delivery.want()
        parts.own_network.ensure()
        see_free(parts.team, parts.servers, parts.processes.alive)

    def remove(self, state: PlatformState) -> list[str]:
        """Remove the platform's containers, volumes, network and packet filter rules; name what was there."""
        try:
            engine = standing_on(state)
        except EngineError as error:
            raise UsageError(f"{state.team} is on kind, and cannot be removed: {error}") from error
        return remains.remove(engine, state.team, state.dir / "cluster")

    def unrunnable(self, version: str) -> str:
        """Return the version that the nodes' image has, unless *version* is it."""
        return "" if version == KUBERNETES else f"expected {KUBERNETES}, of which the image of kind's nodes is made"

    def resources(self, parts: KindParts) -> dict[str, Any]:
        """Name the platform's endpoints."""
        return {
            "api": parts.api,
            "api servers": {name: f"https://{address}:6443" for name, address in parts.masters().items()},
            "etcd members": {name: f"https://{address}:2379" for name, address in parts.masters().items()},
            "aws": parts.aws_endpoint,
            "resolver": ":".join(map(str, parts.resolver)),
            "registry": parts.images.url,
            "ingress": parts.entrances(),
            **parts.delivery.endpoints(),
        }


def see_free(team: str, servers: Mapping[str, tuple[str, int]], alive: Callable[[str], bool]) -> None:
    """See that nobody else listens where a platform's servers are to be: she would be given what is meant for them.

    Args:
        team: The platform.
        servers: The address and the port of each, by the name of its process.
        alive: Tells whether such a process runs, whose address is its own then.

    Raises:
        UsageError: If somebody does, at that address or at all of them.
    """
    for name, (host, port) in servers.items():
        if not alive(name) and not addresses.free(Endpoint(host, port)):
            raise UsageError(
                f"{host}:{port}, where {name} of {team} is to be, is taken by another program, perhaps by one that "
                "listens on all addresses; end it and try again"
            )

"""The target ``kind``: real kubelets and containers on one machine, and an AWS that is moto's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provision import spec_file
from provision.engine import find
from provision.engine.client import NO_ENGINE
from provision.targets.base import target
from provision.targets.kind import remains
from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.images import KindImages
from provision.targets.kind.parts import TARGET, Context
from provision.targets.kind.platform import KindPlatform
from provision.targets.local import addresses
from provision.toolchain import Toolchain
from seatrial.errors import UsageError
from seatrial.provisioning.contract import Check, Reach
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState


class KindTarget(target.Target):
    """Platforms on ``kind``."""

    name = TARGET
    tools = Context.needs

    def context(self, team: str, toolchain: Toolchain, reach: Reach | None = None) -> Context:
        """Put a platform's parts together."""
        return Context(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, context: Context, mark: str, say: Callable[[str], None]) -> KindBuilder:
        """Give what builds a platform."""
        return KindBuilder(context, mark, say)

    def platform(self, context: Context, again: Callable[[], int]) -> KindPlatform:
        """Give a platform as the harness sees it."""
        return KindPlatform(context, again)

    def doctor(self) -> list[Check]:
        """Say whether a container engine answers, or how one would be had."""
        engine = find()
        if engine is not None:
            return [Check("container engine", "ok", f"{engine.kind} at {engine.program}")]
        return [Check("container engine", "missing", remedy=NO_ENGINE)]

    def prepare(self, context: Context, progress: Progress) -> None:
        """Have the tools and the images, and see that there is a container engine.

        Raises:
            EngineError: If there is none.
        """
        _ = context.engine, context.tools
        context.say = progress.line  # type: ignore[method-assign]
        KindImages.prepare(context.engine, context.toolchain, progress.line)

    def claim(self, context: Context) -> None:
        """Reserve the loopback addresses of the nodes' ports, and the platform's own network for all else.

        Raises:
            UsageError: If none are free.
            EngineError: If the network cannot be made.
        """
        addresses.claim(context.state, context.spec.masters.count)
        context.own_network.ensure()

    def remove(self, state: PlatformState) -> list[str]:
        """Remove the platform's containers, volumes, network and packet filter rules; name what was there."""
        engine = find()
        if engine is None:
            raise UsageError(
                f"{state.team} is on kind, and no container engine answers: start it and try again, or put "
                "`python -m provision.engine run --` before the command"
            )
        return remains.remove(engine, state.team, state.dir / "cluster")

    def resources(self, context: Context) -> dict[str, Any]:
        """Name the platform's endpoints."""
        return {
            "api": context.api,
            "api servers": {name: f"https://{address}:6443" for name, address in context.masters().items()},
            "etcd members": {name: f"https://{address}:2379" for name, address in context.masters().items()},
            "aws": context.aws_endpoint,
            "resolver": ":".join(map(str, context.resolver)),
            "registry": context.images.url,
            "ingress": context.entrances(),
        }

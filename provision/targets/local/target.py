"""The target ``local``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provision import spec_file
from provision.targets.base import target
from provision.targets.local import addresses
from provision.targets.local.builder import LocalBuilder
from provision.targets.local.parts import TARGET, Context
from provision.targets.local.platform import LocalPlatform
from provision.toolchain import LOCAL_TOOLS, Toolchain
from seatrial.provisioning.contract import Reach


class LocalTarget(target.Target):
    """Platforms on ``local``."""

    name = TARGET
    tools = LOCAL_TOOLS

    def context(self, team: str, toolchain: Toolchain, reach: Reach | None = None) -> Context:
        """Put a platform's parts together."""
        return Context(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, context: Context, mark: str, say: Callable[[str], None]) -> LocalBuilder:
        """Give what builds a platform."""
        return LocalBuilder(context, mark, say)

    def platform(self, context: Context, again: Callable[[], int]) -> LocalPlatform:
        """Give a platform as the harness sees it."""
        return LocalPlatform(context, again)

    def claim(self, context: Context) -> None:
        """Reserve loopback addresses.

        Raises:
            UsageError: If none are free.
        """
        addresses.claim(context.state, context.spec.masters.count)

    def resources(self, context: Context) -> dict[str, Any]:
        """Name the platform's endpoints."""
        where, plane = context.addresses, context.control_plane
        return {
            "api": where.front.https,
            "api servers": {m.process("apiserver"): m.addresses.apiserver.https for m in plane.masters},
            "etcd members": {m.process("etcd"): m.addresses.etcd.client.https for m in plane.masters},
            "aws": where.moto.http,
            "resolver": str(where.resolver),
        }

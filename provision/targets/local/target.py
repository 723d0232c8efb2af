"""The target ``local``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from provision import spec_file
from provision.actuators import Again
from provision.targets.base import target
from provision.targets.base.gates import Gates
from provision.targets.local.builder import LocalBuilder
from provision.targets.local.gates import LocalGates
from provision.targets.local.parts import TARGET, LocalParts
from provision.targets.local.platform import LocalPlatform
from provision.targets.simulated import addresses
from provision.toolchain import LOCAL_TOOLS, Toolchain
from provision.toolchain.catalogue_kubernetes import VERSIONS
from seatrial.provisioning.contract import KubeContext
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.progress import Progress


class LocalTarget(target.Target):
    """Platforms on ``local``."""

    name = TARGET
    tools = LOCAL_TOOLS

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> LocalParts:
        """Put a platform's parts together."""
        return LocalParts(self._root, team, spec_file.read(), toolchain, reach)

    def toolchain(self) -> Toolchain:
        """Return where its tools come from, the control plane's at the version of platform.yaml.

        Raises:
            ToolchainError: There are no programs of that version.
        """
        return Toolchain().at(spec_file.read().kubernetes)

    def builder(self, parts: LocalParts, mark: str, say: Callable[[str], None]) -> LocalBuilder:
        """Return what builds a platform."""
        return LocalBuilder(parts, mark, say)

    def gates(self, parts: LocalParts) -> Gates:
        """Return what looks at a platform while it is built."""
        return LocalGates(parts)

    def platform(self, parts: LocalParts, again: Again) -> LocalPlatform:
        """Return a platform as the harness sees it."""
        return LocalPlatform(parts, again)

    @contextmanager
    def unbegun(self, parts: LocalParts, progress: Progress) -> Iterator[None]:
        """Play an empty cloud for as long as it is asked; nothing of it is left."""
        self.prepare(parts, progress)
        with ProcessTable(parts.state).marking("up"):
            try:
                with parts.state.lock():
                    self._begin(parts)
                    builder = self.builder(parts, "", progress.now)
                    builder.start_cloud()
                    builder.await_cloud()
                    yield
            finally:
                self._end(parts.state)

    def claim(self, parts: LocalParts) -> None:
        """Reserve loopback addresses.

        Raises:
            UsageError: If none are free.
        """
        addresses.claim(parts.state, parts.spec.masters.count)

    def unrunnable(self, version: str) -> str:
        """Return which versions there are programs of, unless *version* is one."""
        return "" if version in VERSIONS else f"expected {' or '.join(VERSIONS)}, of which there are programs"

    def resources(self, parts: LocalParts) -> dict[str, Any]:
        """Name the platform's endpoints."""
        where, plane = parts.addresses, parts.control_plane
        return {
            "api": where.front.https,
            "api servers": {m.process("apiserver"): m.addresses.apiserver.https for m in plane.masters},
            "etcd members": {m.process("etcd"): m.addresses.etcd.client.https for m in plane.masters},
            "aws": where.moto.http,
            "resolver": str(where.resolver),
        }

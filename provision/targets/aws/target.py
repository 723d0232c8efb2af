"""The target ``aws``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provision import spec_file
from provision.estate.account.findings import findings
from provision.targets.aws.builder import AwsBuilder
from provision.targets.aws.gates import AwsGates
from provision.targets.aws.parts import TARGET, TOOLS, AwsParts
from provision.targets.aws.platform import AwsPlatform
from provision.targets.base import target
from provision.toolchain import Toolchain
from seatrial.errors import UsageError
from seatrial.provisioning import settings
from seatrial.provisioning.contract import Check, KubeContext
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState


class AwsTarget(target.Target):
    """Platforms on ``aws``."""

    name = TARGET
    tools = TOOLS

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> AwsParts:
        """Put a platform's parts together."""
        return AwsParts(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, parts: AwsParts, mark: str, say: Callable[[str], None]) -> AwsBuilder:
        """Return what builds a platform."""
        return AwsBuilder(parts, mark, say)

    def gates(self, parts: AwsParts) -> AwsGates:
        """Return what looks at a platform while it is built."""
        return AwsGates(parts)

    def platform(self, parts: AwsParts, again: Callable[[], int]) -> AwsPlatform:
        """Return a platform as the harness sees it."""
        return AwsPlatform(parts, again)

    def doctor(self) -> list[Check]:
        """Say whose the credentials are, whether the account may be built in, and what it lacks."""
        parts = self.parts(settings.team(self._root, None), Toolchain())
        try:
            found = findings(parts.preflight)
        except UsageError as error:
            return [Check("AWS", "missing", remedy=str(error))]
        return [Check(one.what, "missing" if one.wrong else "ok", one.found, one.wrong) for one in found]

    def prepare(self, parts: AwsParts, progress: Progress) -> None:
        """See that the account can be built in, then have the tools.

        Raises:
            UsageError: If it cannot be; nothing has been made then.
        """
        progress.now("looking at the account")
        parts.preflight.see()
        super().prepare(parts, progress)

    def claim(self, parts: AwsParts) -> None:
        """Make the folder for temporary files: nothing else of this machine is needed."""
        _ = parts.temporary

    def resources(self, parts: AwsParts) -> dict[str, Any]:
        """Name the platform's endpoints."""
        return {"api": parts.api, "zone": parts.spec.zone_name(parts.team), "region": parts.spec.region}

    def remove(self, state: PlatformState) -> list[str]:
        """Delete everything of the platform in the cloud.

        Raises:
            UsageError: If the credentials are no good, or another account's: the platform's record stays.
            TeardownError: If something is left.
        """
        parts = self.parts(state.team, Toolchain())
        parts.preflight.identity()
        found = parts.estate.inventory()
        parts.estate.destroy()
        return [f"{kind} {one}" for kind, ids in found.items() for one in ids]

"""The target ``aws``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from provision import spec_file
from provision.actuators import Again
from provision.estate import expiry
from provision.estate.account.findings import findings
from provision.targets.aws.builder import AwsBuilder
from provision.targets.aws.gates import AwsGates
from provision.targets.aws.overdue import found_overdue, see_overdue
from provision.targets.aws.parts import TARGET, TOOLS, AwsParts
from provision.targets.aws.platform import AwsPlatform
from provision.targets.base import target
from provision.toolchain import Toolchain
from provision.toolchain.catalogue import KOPS
from provision.versions import numbers
from seatrial.errors import UsageError
from seatrial.provisioning import settings
from seatrial.provisioning.contract import Check, KubeContext
from seatrial.provisioning.overdue import Leftover, Overdue
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState


class AwsTarget(target.Target):
    """Platforms on ``aws``."""

    name = TARGET
    tools = TOOLS
    paid = True

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> AwsParts:
        """Put a platform's parts together."""
        return AwsParts(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, parts: AwsParts, mark: str, say: Callable[[str], None]) -> AwsBuilder:
        """Return what builds a platform."""
        return AwsBuilder(parts, mark, say)

    def gates(self, parts: AwsParts) -> AwsGates:
        """Return what looks at a platform while it is built."""
        return AwsGates(parts)

    def platform(self, parts: AwsParts, again: Again) -> AwsPlatform:
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

    @contextmanager
    def unbegun(self, parts: AwsParts, progress: Progress) -> Iterator[None]:
        """See that the account can be built in: it is there, whether a platform was begun or not.

        Raises:
            UsageError: If it cannot be built in.
        """
        self.prepare(parts, progress)
        yield

    def see_cloud(self, parts: AwsParts) -> None:
        """See that the credentials are good, and of an account that may be built in.

        Raises:
            UsageError: If they are not.
        """
        parts.preflight.identity()

    def unrunnable(self, version: str) -> str:
        """Return which versions kops makes, unless *version* is one."""
        _, newest, _ = numbers(KOPS)
        _, minor, _ = numbers(version)
        return "" if minor <= newest else f"expected a version up to 1.{newest}, as kops {KOPS} makes no newer"

    def claim(self, parts: AwsParts) -> None:
        """Make the folder for temporary files: nothing else of this machine is needed."""
        _ = parts.temporary

    def resources(self, parts: AwsParts) -> dict[str, Any]:
        """Name the platform's endpoints."""
        return {"api": parts.api, "zone": parts.spec.zone_name(parts.team), "region": parts.spec.region}

    def overdue(self, team: str) -> Overdue:
        """Return what is over in the account.

        Raises:
            UsageError: If the credentials are no good, or of an account that may not be built in.
        """
        return found_overdue(self.parts(team, Toolchain()))

    def remove_overdue(self, team: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Remove a platform that is over, by a record of it here: what is left after a crash, `sweep` removes.

        Raises:
            UsageError: If it is not over any more, or another platform of its name is here.
            TeardownError: If something is left.
        """
        parts = self.parts(team, Toolchain())
        see_overdue(parts, leftover)
        state = PlatformState(self._root, leftover.team)
        there = state.read("platform")
        if there and there.get("rehearsed"):
            raise UsageError(
                f"{leftover.team} is a rehearsal here: take it down first, so that its record is not taken"
            )
        if there is None:
            run = expiry.run_of(parts.access, parts.spec, leftover.team)
            record = {"target": self.name, "team": leftover.team, "mark": run, "began": time.time()}
            state.write("platform", record | {"rehearsed": False, "up": False})
        self._see_target(state)
        progress.now("deleting what is there, kind by kind")
        return self.sweep(state)

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

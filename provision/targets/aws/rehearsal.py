"""The rehearsal of ``aws``: its own steps and gates, with moto for the cloud and the control plane of ``local``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from lightkube import ApiError
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.storage_v1 import CSIDriverSpec
from lightkube.resources.storage_v1 import CSIDriver

from provision import spec_file
from provision.actuators import Again
from provision.estate import Estate, Keys, Kops, ready
from provision.estate.account.delegation import asked_of_account
from provision.estate.account.preflight import Preflight
from provision.targets.aws.exported import export_access, name_updater, updaters_keys, with_keys
from provision.targets.aws.gates import RehearsalGates
from provision.targets.aws.labels import labels
from provision.targets.aws.overdue import found_overdue, see_overdue
from provision.targets.aws.parts import TARGET
from provision.targets.base.parts import MACHINES
from provision.targets.local.builder import LocalBuilder
from provision.targets.local.capabilities import LocalCapabilities, absent
from provision.targets.local.parts import UPDATER, LocalParts
from provision.targets.local.platform import LocalPlatform
from provision.targets.local.target import LocalTarget
from provision.toolchain import Toolchain
from provision.workloads import OverlayValues
from seatrial.checks.observer import Absent, Fidelity, Instrument, Observer
from seatrial.errors import UsageError
from seatrial.provisioning.contract import KubeContext
from seatrial.provisioning.overdue import Leftover, Overdue
from seatrial.provisioning.processes import MARK
from seatrial.provisioning.progress import Progress

MOTOS_ACCOUNT: Final = "123456789012"
CALLS: Final = "SEATRIAL_AWS_CALLS"
"""The variable that names a file for what a rehearsal asks the AWS API for."""

FAULTS: Final = "SEATRIAL_AWS_FAULTS"
"""The variable that names a file of faults of AWS that a rehearsal meets: see `provision.estate.faults`."""

_CONFLICT = 409
_DELETED_WITHIN = 300.0  # seconds; on moto it takes ten
_NOT_HERE = absent("in a rehearsal of aws")


class RehearsalParts(LocalParts):
    """One rehearsal's parts: those of ``local``, but for the target's own manifests."""

    target = TARGET

    @property
    def labels(self) -> Mapping[str, str]:
        """Which standup made a thing, and until when it is meant to be there."""
        return labels(self.state, self.spec)

    @property
    def updaters_keys(self) -> Keys:
        """The keys by which the DNS updater asks the AWS API: those of a user of its own."""
        return updaters_keys(self)

    @cached_property
    def preflight(self) -> Preflight:
        """What is looked at before anything is made; no name of a played cloud is known to DNS."""
        ask = asked_of_account(self.access)
        return Preflight(self.access, self.estate.names, self.spec, [MOTOS_ACCOUNT], ask)


class RehearsalBuilder(LocalBuilder):
    """Builds one rehearsal: what kops describes is answered by the control plane of ``local``."""

    _parts: RehearsalParts

    @property
    def calls(self) -> str:  # type: ignore[override]  # asked for anew by each command
        """The file for what the AWS API is asked for."""
        return os.environ.get(CALLS, "")

    @property
    def faults(self) -> str:  # type: ignore[override]  # asked for anew by each command
        """The file of what the AWS API does amiss."""
        return os.environ.get(FAULTS, "")

    def await_cloud(self) -> None:
        """Wait for the AWS API, and see that the account may be built in."""
        super().await_cloud()
        self._parts.preflight.see()

    def make_cluster(self) -> None:
        """Have it made, and export the access to it."""
        super().make_cluster()
        export_access(self._parts, self._parts.api)
        self.changed += name_updater(self._parts)

    def roll(self) -> int:
        """Have kops replace the machines, as on AWS; give how many there are."""
        self._parts.kops.roll(self._parts.api)
        return len(self._parts.estate.instances())

    def overlay(self, values: OverlayValues) -> OverlayValues:
        """Add how the DNS updater asks Route53."""
        return with_keys(self._parts, values)

    def start_nodes(self) -> None:
        """Start what plays the kubelets, those of the masters' own programs among them."""
        c = self._parts
        self.changed += len(c.control_plane.start_nodes(c.aws_environment, shows_programs=True))

    def make_volumes(self) -> None:
        """Register the EBS driver first, as kops's add-on does; no machine attaches a volume here."""
        driver = CSIDriver(
            metadata=ObjectMeta(name="ebs.csi.aws.com"),
            spec=CSIDriverSpec(attachRequired=False, podInfoOnMount=False),
        )
        try:
            self._parts.kube().create(driver)
        except ApiError as error:
            if error.status.code != _CONFLICT:
                raise
        super().make_volumes()


class RehearsalCapabilities(LocalCapabilities):
    """What one rehearsal can do."""

    http_sender = _NOT_HERE["http"]
    mongodb_writer = _NOT_HERE["mongodb"]
    image_tags = _NOT_HERE["containers"]
    second_platform = _NOT_HERE["second"]
    machine_shell = _NOT_HERE["hosts"]
    tools_image = _NOT_HERE["tools_image"]


class RehearsalPlatform(LocalPlatform):
    """One rehearsal: nothing of it is more than simulated."""

    _parts: RehearsalParts

    def gates(self) -> RehearsalGates:
        """Return the gates of its standup, which say whether the platform is whole."""
        return RehearsalGates(self._parts, self._parts.api)

    @cached_property
    def _instruments(self) -> dict[str, Observer | Absent]:
        found: dict[str, Observer | Absent] = {**super()._instruments, **_NOT_HERE}
        weaken(found)
        return found

    @cached_property
    def capabilities(self) -> RehearsalCapabilities:
        """What it can do at the asking of words."""
        made = RehearsalCapabilities(self._parts, self._again)
        weaken(vars(made))
        return made


def weaken(instruments: Mapping[str, object]) -> None:
    """Have none of *instruments* say that anything is real: it is not what AWS would run."""
    for instrument in instruments.values():
        if isinstance(instrument, Instrument):
            instrument.fidelity = min(instrument.fidelity, Fidelity.SIMULATED)


class RehearsalTarget(LocalTarget):
    """Rehearsals of ``aws``."""

    name = TARGET
    rehearsal = True
    paid = True

    def parts(self, team: str, toolchain: Toolchain, reach: KubeContext | None = None) -> RehearsalParts:
        """Put a platform's parts together."""
        return RehearsalParts(self._root, team, spec_file.read(), toolchain, reach)

    def builder(self, parts: Any, mark: str, say: Callable[[str], None]) -> RehearsalBuilder:
        """Return what builds a platform."""
        return RehearsalBuilder(parts, mark, say)

    def gates(self, parts: Any) -> RehearsalGates:
        """Return what looks at a platform while it is built."""
        return RehearsalGates(parts, parts.api)

    def platform(self, parts: Any, again: Again) -> RehearsalPlatform:
        """Return a platform as the harness sees it."""
        return RehearsalPlatform(parts, again)

    def overdue(self, team: str) -> Overdue:
        """Return what is over in the account that the rehearsal of *team* plays.

        Raises:
            UsageError: If there is no such rehearsal, or its cloud does not answer.
        """
        parts = self.parts(team, Toolchain())
        self.see_cloud(parts)
        return found_overdue(parts)

    def remove_overdue(self, team: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Remove a platform that is over; the rehearsal itself is taken down.

        Raises:
            UsageError: If it is not over any more.
            TeardownError: If something is left.
        """
        parts = self.parts(team, Toolchain())
        see_overdue(parts, leftover)
        if leftover.team == team:
            self.down(team, progress)
            return leftover.things
        workdir = parts.state.path("overdue", leftover.team, "x").parent
        mark = {MARK: parts.processes.mark("kops")}
        kops = Kops(parts.tools["kops"], parts.access, parts.spec, leftover.team, workdir, mark=mark)
        Estate(parts.spec, leftover.team, parts.access, kops).destroy(within=_DELETED_WITHIN)
        return leftover.things

    def down(self, team: str, progress: Progress) -> None:
        """Have kops delete what it has made, as on AWS, before the cloud itself ends.

        Raises:
            TeardownError: If something is left in the cloud.
        """
        parts = self.parts(team, Toolchain())
        if _stands(parts):
            with progress.step("kops deletes the cluster, and what is left is deleted kind by kind"):
                for name in (MACHINES, UPDATER):  # what would start others again, or keep records
                    parts.processes.stop(name, 2.0)
                parts.estate.destroy(within=_DELETED_WITHIN)
        super().down(team, progress)


def _stands(parts: RehearsalParts) -> bool:
    """Return whether there is a cloud to delete anything in: one that has crashed has taken everything with it."""
    try:
        return ready(parts.aws_endpoint, parts.aws_keys)
    except UsageError:
        return False

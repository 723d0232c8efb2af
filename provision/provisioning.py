"""What the harness asks of this project: see `seatrial.provisioning.contract.Provisioning`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from provision import agreed, spec_file
from provision.estate import prices
from provision.estate.costs import bill
from provision.reporting import diagnosis, drifting, picture, planning
from provision.targets.aws.parts import TARGET
from provision.targets.aws.rehearsal import RehearsalTarget
from provision.targets.aws.target import AwsTarget
from provision.targets.base.platform import Platform
from provision.targets.base.target import Target
from provision.targets.kind import inventory
from provision.targets.kind.target import KindTarget
from provision.targets.local.target import LocalTarget
from provision.toolchain import Toolchain, doctor
from provision.workloads import lint as workloads_lint
from seatrial.errors import UsageError
from seatrial.provisioning.comparing import Difference
from seatrial.provisioning.contract import Agreed, Check, ImageRow, KubeContext, Problem
from seatrial.provisioning.overdue import Leftover, Overdue
from seatrial.provisioning.picture import Picture
from seatrial.provisioning.planned import Plan
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import HOME, PlatformState, StateError, platforms


class Provisioning:
    """Builds the specified platform.

    Args:
        root: The project's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        targets: tuple[Target, ...] = (LocalTarget(self._root), KindTarget(self._root), AwsTarget(self._root))
        self._targets = {target.name: target for target in targets}
        self._rehearsals: dict[str, Target] = {TARGET: RehearsalTarget(self._root)}
        self._rehearsing: set[str] = set()

    def targets(self) -> Sequence[str]:
        """Name the targets that it can build on."""
        return tuple(self._targets)

    def rehearse(self, target: str) -> None:
        """Have what is stood up on *target* from now on be made in a cloud that is played here.

        Raises:
            UsageError: If there is nothing to rehearse.
        """
        if target not in self._rehearsals:
            raise UsageError(f"--rehearse: the cloud of {target} is played anyway; expected --target {TARGET}")
        self._rehearsing.add(target)

    def deliver(self, target: str) -> None:
        """Have what is stood up on *target* from now on have a server of pipelines beside it.

        Raises:
            UsageError: If there can be none on the target.
        """
        self._targets[target].deliver()

    def up(self, team: str, target: str, progress: Progress) -> bool:
        """Stand the platform up, or finish doing so; say whether anything had to be changed."""
        return self._to_build(team, target).up(team, progress)

    def plan(self, team: str, target: str, progress: Progress, *, prune: bool) -> Plan:
        """Return what `up` would make, change and remove, and what the platform costs; nothing of it is made."""
        found = self._to_build(team, target)
        cost = None
        if found.paid:
            file = prices.chosen()
            cost = bill(spec_file.read(), prices.read(file), file, datetime.now(UTC).date())
        with found.looking(team, progress) as parts:
            progress.now("asking what would be done")
            mark = (parts.state.read("platform") or {}).get("mark", "")
            return planning.plan(parts, found.builder(parts, mark, progress.now), prune=prune, bill=cost)

    def down(self, team: str, progress: Progress) -> None:
        """Take the platform down."""
        self._of(PlatformState(self._root, team)).down(team, progress)

    def sweep(self, progress: Progress) -> list[str]:
        """Remove whatever is left of any platform of this project; name what was removed."""
        removed, in_use = [], []
        gone = [PlatformState(self._root, team) for team in ProcessTable.strays(self._root / HOME)]
        for state in [*platforms(self._root), *gone]:
            try:
                with progress.step(f"sweep {state.team}"):
                    removed += self._of(state).sweep(state)
            except StateError as error:
                in_use.append(str(error))
        if in_use:
            raise StateError("\n".join([*(f"removed {line}" for line in removed), *in_use]))
        return removed

    def overdue(self, team: str, target: str) -> Overdue:
        """Return what is over in the account that *target* uses; nothing is changed."""
        return self._to_build(team, target).overdue(team)

    def remove_overdue(self, team: str, target: str, leftover: Leftover, progress: Progress) -> Sequence[str]:
        """Remove a platform that is over, and name what was removed; it is seen once more to be over."""
        return self._to_build(team, target).remove_overdue(team, leftover, progress)

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> Platform:
        """Connect to a platform that is up: by its own kubeconfig, or as *reach* says."""
        return self._on(team, target).open(team, reach)

    def is_up(self, team: str, target: str) -> bool:
        """Return whether the platform is fully up."""
        return self._on(team, target).is_up(team)

    def status(self, team: str) -> dict[str, Any]:
        """Name every endpoint, process and resource of the platform."""
        return self._of(PlatformState(self._root, team)).status(team)

    def doctor(self, target: str) -> list[Check]:
        """Say what *target* needs of this machine, and what is missing."""
        found = self._targets[target]
        tools = doctor.checks(found.toolchain(), found.tools)
        return [Check(c.name, c.state, c.detail, c.remedy) for c in tools] + found.doctor()

    def images(self, progress: Progress, *, build: bool) -> list[ImageRow]:
        """Say of every image of the target ``kind`` what it is; build those that are missing first if *build*."""
        return inventory.images(progress.line, build=build)

    def bill(self, names: Sequence[str]) -> str:
        """Return what the wheel and the images that are made here hold of others' work, as CycloneDX JSON."""
        from provision.images.bill import bill  # noqa: PLC0415 - a library that no other command needs

        return bill(names)

    def lint(self) -> list[Problem]:
        """Check platform.yaml and the manifests."""
        try:
            spec = spec_file.read(self._root / "provision" / "platform.yaml")
        except spec_file.PlatformFileError as error:
            return [Problem("platform.yaml", problem) for problem in error.problems]
        kubectl = Toolchain().look("kubectl").path
        problems = workloads_lint(spec, self._root / "manifests", kubectl)
        return [Problem(p.where, ": ".join(part for part in (p.object, p.field, p.message) if part)) for p in problems]

    def agreed(self) -> Mapping[str, Agreed]:
        """Return the values of platform.yaml that features state as well; nothing while the file is wrong."""
        file = self._root / "provision" / "platform.yaml"
        try:
            return agreed.values(spec_file.read(file), file, file.relative_to(self._root).as_posix())
        except spec_file.PlatformFileError:
            return {}  # `lint` says what is wrong with it

    def differences(self, team: str, target: str) -> list[Difference]:
        """Return where the cluster is not as Git says, and what kops would change of the estate."""
        parts = self._on(team, target).parts(team, Toolchain())
        return drifting.differences(parts)

    def prune(self, team: str, target: str) -> list[str]:
        """Remove what the cluster has and nobody agreed on; name each object. A cluster that is not ours is refused."""
        if reason := self.open(team, target).owned():
            raise UsageError(f"nothing is removed: {reason}")
        return drifting.prune(self._on(team, target).parts(team, Toolchain()))

    def picture(self, team: str, target: str) -> Picture:
        """Draw the platform as it is now."""
        context = self._on(team, target).parts(team, Toolchain())
        return picture.draw(context, context.versions)

    def diagnose(self, team: str, target: str) -> Mapping[str, object]:
        """Return logs, events, DNS answers and the estate, as far as they can be had."""
        context = self._on(team, target).parts(team, Toolchain())
        return diagnosis.of_platform(context, containers=target == "kind")

    def secrets(self, team: str, target: str) -> Sequence[str]:
        """Return every value that no report may show."""
        context = self._on(team, target).parts(team, Toolchain())
        return diagnosis.secrets(context.kube, context.state.dir)

    def _on(self, team: str, target: str) -> Target:
        """Return what a platform on *target* is built by: its record says whether it is a rehearsal, else the caller.

        Raises:
            UsageError: If a rehearsal is meant, and the platform is none.
        """
        record = self._record(PlatformState(self._root, team))
        rehearsing = target in self._rehearsing
        if record.get("target") != target:
            return self._rehearsals[target] if rehearsing else self._targets[target]
        if rehearsing and not record.get("rehearsed"):
            raise UsageError(f"{team} is up on {target} itself; rehearse under another $TEAMID")
        return self._rehearsals[target] if record.get("rehearsed") else self._targets[target]

    def _to_build(self, team: str, target: str) -> Target:
        """Return what a platform on *target* is built by, if the caller means the same.

        Raises:
            UsageError: If the caller does not say that it is a rehearsal.
        """
        found = self._on(team, target)
        if found.rehearsal and target not in self._rehearsing:
            raise UsageError(f"{team} is a rehearsal of {target}: go on with it by --rehearse, or take it down first")
        return found

    def _of(self, state: PlatformState) -> Target:
        """Return the target that a platform was stood up on, as its record says."""
        target = self._record(state).get("target", "")
        if target not in self._targets:  # damaged: what the default cleans away is found by its marks
            return next(iter(self._targets.values()))
        return self._on(state.team, target)

    def _record(self, state: PlatformState) -> dict[str, Any]:
        try:
            return state.read("platform") or {}
        except StateError:
            return {}

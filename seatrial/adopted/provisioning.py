"""The provisioning of a project that names none: it builds nothing, and takes nothing down."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
from lightkube import ApiError
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import Namespace, Node, Pod, Service

from seatrial.adopted import claim, observing
from seatrial.adopted.claim import Claim
from seatrial.adopted.platform import Adopted
from seatrial.checks.observer import NotProvableError
from seatrial.errors import SeatrialError, UsageError
from seatrial.faults.journal import Journal
from seatrial.kube.kubeconfig import files
from seatrial.observers.api import version
from seatrial.provisioning import settings
from seatrial.provisioning.contract import Check, KubeContext, Problem
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState, platforms

_KINDS: tuple[Any, ...] = (Namespace, Node, Pod, Service, Deployment, StatefulSet, DaemonSet)
"""What a first look at a cluster needs to list."""


class Provisioning:
    """Takes a cluster as it stands.

    Args:
        root: The project's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        said = settings.read(self._root)
        file = self._root / said.kubeconfig if said.kubeconfig else None
        self._reach = KubeContext(file, said.context or None)
        self._observing = observing.read(self._root)

    def through(self, reach: KubeContext) -> None:
        """Reach the cluster as *reach* says from now on, where nothing else is said."""
        self._reach = self._merged(reach)

    def kubeconfig(self) -> str:
        """Return the file, or the files, by which the cluster is reached, as ``KUBECONFIG`` names them."""
        return os.pathsep.join(str(file.absolute()) for file in files(self._reach.kubeconfig))

    def targets(self) -> Sequence[str]:
        """Name the one target that there is."""
        return (settings.ADOPTED,)

    def up(self, team: str, target: str, progress: Progress) -> bool:  # noqa: ARG002 - says nothing
        """See that the cluster answers; there is nothing to build.

        Raises:
            OutOfReachError: If it does not.
        """
        self.open(team, target).owned()
        return False

    def down(self, team: str, progress: Progress) -> None:
        """Forget what was written down of it on this machine; the cluster stays as it is.

        Raises:
            UsageError: If namespaces of it are claimed.
        """
        state = PlatformState(self._root, team)
        if found := claim.read(state):
            raise UsageError(_still(team, found))
        state.remove()
        progress.line("the cluster stays as it is: it was only looked at")

    def sweep(self, progress: Progress) -> list[str]:  # noqa: ARG002 - says nothing
        """Forget whatever was written down of any cluster on this machine, but where a run is at work; name it.

        Raises:
            UsageError: If namespaces are claimed; what else there is was forgotten.
        """
        removed, still = [], []
        for state in platforms(self._root):
            if found := claim.read(state):
                still.append(_still(state.team, found))
                continue
            with state.alone():
                state.remove()
            removed.append(f"what was written down of {state.team}")
        if still:
            raise UsageError("; ".join(still))
        return removed

    def claiming(self, team: str) -> str:
        """Say which cluster namespaces would be claimed of.

        Raises:
            OutOfReachError: If it does not answer.
        """
        platform = self.open(team, settings.ADOPTED)
        platform.owned()
        return platform.where()

    def claim(self, team: str, namespaces: Sequence[str]) -> None:
        """Claim them: scenarios may change what is in them from now on.

        Raises:
            UsageError: If one is not there, or is not to be had.
        """
        platform = self.open(team, settings.ADOPTED)
        with platform.state.alone(), platform.marking(namespaces) as client:
            try:
                claim.make(platform.state, platform.server(), namespaces, client)
            except (ApiError, NotProvableError) as error:
                raise UsageError(f"nothing is claimed: {error}") from error

    def claimed(self, team: str) -> Sequence[str]:
        """Name what is claimed of the cluster that is reached."""
        return self.open(team, settings.ADOPTED).claimed()

    def release(self, team: str) -> Sequence[str]:
        """Undo what is outstanding in what is claimed, and give it back; name what was undone.

        Raises:
            UsageError: If nothing is claimed of the cluster that is reached.
        """
        platform = self.open(team, settings.ADOPTED)
        if (found := platform.claim) is None:
            raise UsageError(f"nothing of {platform.where()} is claimed by {team}")
        with platform.state.alone(), platform.marking(found.namespaces) as client:
            undone = Journal(platform.state, platform.actuators(), platform.kept).undo()
            claim.end(platform.state, found, client)
        return undone

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> Adopted:
        """Make ready to look, as *reach* says or else as the project does, or as kubectl would.

        Raises:
            UsageError: If there is no such kubeconfig, or no such context in it.
        """
        reached = self._reach if reach is None else self._merged(reach)
        made = Adopted(self._root, team, target, reached, self._observing)
        made.where()
        return made

    def is_up(self, team: str, target: str) -> bool:  # noqa: ARG002 - whichever it is
        """Return yes: what nobody builds here need not be built."""
        return True

    def status(self, team: str) -> dict[str, Any]:
        """Say which cluster it is, its version, and how many there are of what a first look sees."""
        platform = self.open(team, settings.ADOPTED)
        platform.owned()
        with platform.client() as client:
            found: dict[str, Any] = {
                "cluster": platform.where(),
                "version": version(client),
                "changed by Seatrial": _changed(platform.claimed()),
            }
            return found | {f"{kind.__name__}s": _count(client, kind) for kind in _KINDS}

    def doctor(self, target: str) -> list[Check]:
        """Say whether the cluster can be reached, and what of it may be looked at."""
        remedy = "name a cluster by --kubeconfig and --context, in KUBECONFIG, or in [tool.seatrial]"
        try:
            platform = self.open(settings.TEAM, target)
            platform.owned()
        except SeatrialError as error:
            return [Check("cluster", "missing", remedy=f"{error}. {remedy[0].upper()}{remedy[1:]}")]
        checks = [Check("cluster", "found", platform.where())]
        with platform.client() as client:
            for kind in _KINDS:
                said = _count(client, kind)
                name = f"list {kind.__name__}s"
                seen = isinstance(said, int)
                fix = f"{said}; words about it are not provable"
                checks.append(Check(name, "found" if seen else "missing", f"{said} there", "" if seen else fix))
        return checks

    def lint(self) -> list[Problem]:
        """Return nothing: there is no file that describes the platform."""
        return []

    def _merged(self, reach: KubeContext) -> KubeContext:
        """Return *reach*; a context that the project names is meant in the files that it means, and in no other."""
        if reach.kubeconfig:
            return reach
        return KubeContext(self._reach.kubeconfig, reach.context or self._reach.context)


def _changed(claimed: Sequence[str]) -> str:
    return f"what scenarios change in {', '.join(claimed)}" if claimed else "nothing: it is only looked at"


def _still(team: str, found: Claim) -> str:
    return f"{', '.join(found.namespaces)} of {found.server} is claimed by {team}; `seatrial release` gives it back"


def _count(client: Any, kind: Any) -> int | str:
    """Return how many there are of *kind*, or why that cannot be had."""
    namespace = {} if kind in (Namespace, Node) else {"namespace": "*"}
    try:
        return sum(1 for _ in client.list(kind, **namespace))
    except NotProvableError as error:
        return str(error)
    except (ApiError, httpx2.HTTPError) as error:
        return f"could not look: {type(error).__name__}: {error}"

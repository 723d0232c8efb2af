"""A platform as a bundle of evidence has kept it: its cluster's objects, and nothing that answers or changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from lightkube.core.resource import Resource

from seatrial.bounded import MEBI, read_json
from seatrial.checks.observer import (
    RECORDER,
    Absent,
    Fidelity,
    NotProvableError,
    Observer,
    reading_of_part,
    reading_of_settings,
)
from seatrial.errors import UsageError
from seatrial.observers.cluster import Cluster
from seatrial.observers.consistent import Question
from seatrial.observers.declared import traced
from seatrial.provisioning.adopting import refuse
from seatrial.provisioning.contract import Actuators, Check, KubeContext, Problem
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState

R = TypeVar("R", bound=Resource)

TARGET, TEAM = "evidence", "rejudge"
_FILE, _MOST = "cluster.json", 64 * MEBI
_SUMMED = "Event"  # of which the bundle has no objects, but a summary
_STILL = "it is judged of what was kept at one moment"


class KeptCluster(Cluster):
    """Answers what a cluster was asked, out of what was kept of it; what was not kept is not provable.

    Args:
        folder: The bundle.
        kept: What it has of the cluster: objects by the name of their kind.
    """

    def __init__(self, folder: Path, kept: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        super().__init__(_cannot, Fidelity.SIMULATED)
        self._folder, self._kept = folder, kept

    @reading_of_part
    def all(
        self,
        kind: type[R],
        *,
        namespace: str | None = None,
        name: str | None = None,
        labels: Mapping[str, str] | None = None,
        confirmed: bool = True,  # noqa: ARG002 - there is nothing to confirm it by
    ) -> list[R]:
        """Return the objects of *kind* that were kept, selected as a cluster would.

        Raises:
            NotProvableError: If none of that kind was kept: nobody had looked at it when the bundle was made.
        """
        self.touch(declared=True)
        if kind.__name__ not in self._kept or kind.__name__ == _SUMMED:
            raise NotProvableError(f"{self._folder.name}/{_FILE} has no objects of the kind {kind.__name__}")
        question = Question(kind, namespace, name, tuple(sorted((labels or {}).items())))
        found: list[Any] = [kind.from_dict(one) for one in self._kept[kind.__name__]]  # type: ignore[attr-defined]
        return traced(kind, [item for item in found if question.selects(item)], self.recorder.observe)

    @reading_of_settings
    def fresh(self, kind: type[R], name: str, *, namespace: str | None = None) -> R:
        """Refuse: what the API server itself would say is not in the bundle.

        Raises:
            NotProvableError: Always.
        """
        raise NotProvableError(f"{kind.__name__} {namespace or ''}/{name}: a bundle has no API server to ask")

    def evidence(self) -> object:
        """Return nothing: it is evidence already."""
        return None


class KeptPlatform:
    """A platform of which a bundle is left.

    Args:
        root: The project's root.
        folder: The bundle.
        kept: What it has of the cluster.
        observers: The names of the observers that words may ask for.
    """

    facts: Mapping[str, str] = {}
    team, target = TEAM, TARGET

    def __init__(
        self, root: Path, folder: Path, kept: Mapping[str, Sequence[dict[str, Any]]], observers: Collection[str]
    ) -> None:
        self.state = PlatformState(root, TEAM)
        self._folder, self._observers = folder, observers
        self._cluster = KeptCluster(folder, kept)

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the cluster, and for every other observer that its answers were not kept so that words can ask."""
        reason = "of a bundle only the cluster's objects can be judged again"
        absent: dict[str, Observer | Absent] = {name: Absent(name, reason) for name in self._observers}
        return absent | {"cluster": self._cluster}

    def actuators(self) -> Actuators[None]:
        """Return what refuses whatever would change something."""
        return Actuators(kube=refuse, aws=refuse)

    def owned(self) -> str:
        """Return nothing: files may be anybody's."""
        return ""

    def where(self) -> str:
        """Say which bundle it is."""
        return str(self._folder)

    def claimed(self) -> Sequence[str]:
        """Return nothing: there is nothing to change."""
        return ()

    def kept(self) -> str:
        """Say that nothing may be changed."""
        return _STILL

    def sent(self) -> Mapping[str, int]:
        """Return nothing: nobody was asked."""
        return {}

    def close(self) -> None:
        """Let go of nothing."""


class KeptProvisioning:
    """Gives the platform of a bundle; builds nothing.

    Args:
        root: The project's root.
        folder: The bundle.
        observers: The names of the observers that words may ask for, once they are loaded.
    """

    def __init__(self, root: Path, folder: Path, observers: Collection[str]) -> None:
        self._root, self._folder, self._observers = root, folder, observers

    def targets(self) -> Sequence[str]:
        """Name the one target that there is."""
        return (TARGET,)

    def up(self, team: str, target: str, progress: Progress) -> bool:  # noqa: ARG002 - builds nothing
        """See that there is something to judge, and that nobody waits for it to change."""
        self.open(team, target)
        RECORDER.still = _STILL
        return False

    def down(self, team: str, progress: Progress) -> None:  # noqa: ARG002 - says nothing
        """Forget what was written down meanwhile."""
        RECORDER.still = ""
        PlatformState(self._root, team).remove()

    def sweep(self, progress: Progress) -> list[str]:  # noqa: ARG002 - as above
        """Return nothing."""
        return []

    def open(self, team: str, target: str, *, reach: KubeContext | None = None) -> KeptPlatform:  # noqa: ARG002
        """Read the bundle.

        Raises:
            UsageError: If it has nothing of a cluster, or what it has is none.
        """
        return KeptPlatform(self._root, self._folder, _read(self._folder / _FILE), self._observers)

    def is_up(self, team: str, target: str) -> bool:  # noqa: ARG002 - whichever it is
        """Return no, so that what is written down of it is removed in the end."""
        return False

    def status(self, team: str) -> dict[str, Any]:  # noqa: ARG002 - as above
        """Name the bundle."""
        return {"evidence": str(self._folder)}

    def doctor(self, target: str) -> list[Check]:  # noqa: ARG002 - as above
        """Return nothing: it takes nothing."""
        return []

    def lint(self) -> list[Problem]:
        """Return nothing."""
        return []


def _read(file: Path) -> Mapping[str, Sequence[dict[str, Any]]]:
    expected = "expected the folder of a failure's evidence, as in report/<target>/evidence/<name>"
    try:
        found = read_json(file, _MOST)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; {expected}") from error
    except ValueError as error:
        raise UsageError(f"{file}: not JSON; {expected}") from error
    if not isinstance(found, dict) or not all(_objects(one) for one in found.values()):
        raise UsageError(f"{file}: no objects by the name of their kind; {expected}")
    return found


def _objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)


def _cannot() -> NoReturn:
    raise NotProvableError("a bundle has no API server to ask")

"""What the harness asks of a platform that stood before and belongs to somebody else: it is looked at, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol, runtime_checkable

from seatrial.checks.observer import NotProvableError
from seatrial.provisioning.contract import KubeContext

ONLY = "the platform is only looked at"
"""Why nothing of such a platform can be changed."""
LOOKS = ("get", "list", "watch")
"""What looking is, as Kubernetes calls it."""
CHANGING = frozenset(("changes", "faults", "histories"))
"""The fixtures of words that change something."""


class OnlyLookedAtError(NotProvableError):
    """Something would have changed a platform that is only looked at; nothing was sent."""


def refuse(*_: object) -> NoReturn:
    """Refuse whatever would change something.

    Raises:
        OnlyLookedAtError: Always.
    """
    raise OnlyLookedAtError(ONLY)


@runtime_checkable
class Adopts(Protocol):
    """A provisioning that builds nothing: its platform is a cluster that stands already."""

    def through(self, reach: KubeContext) -> None:
        """Reach the cluster as *reach* says from now on, where nothing else is said."""

    def kubeconfig(self) -> str:
        """Return the file, or the files, by which the cluster is reached, as ``KUBECONFIG`` names them."""


@runtime_checkable
class Claims(Protocol):
    """A provisioning that may be given namespaces of a cluster that it has not built."""

    def claiming(self, team: str) -> str:
        """Say which cluster namespaces would be claimed of.

        Raises:
            OutOfReachError: If it does not answer.
        """

    def claim(self, team: str, namespaces: Sequence[str]) -> None:
        """Claim them: scenarios may change what is in them from now on.

        Raises:
            UsageError: If one is not there, or is not to be had.
        """

    def claimed(self, team: str) -> Sequence[str]:
        """Name what is claimed."""

    def release(self, team: str) -> Sequence[str]:
        """Undo what is outstanding in what is claimed, and give it back; name what was undone.

        Raises:
            UsageError: If nothing is claimed of the cluster that is reached.
        """


@runtime_checkable
class LookedAt(Protocol):
    """A platform that is only looked at: its client refuses every other verb than those of `LOOKS`, but in a claim."""

    def where(self) -> str:
        """Say which cluster it is: its address and the context."""

    def claimed(self) -> Sequence[str]:
        """Name the namespaces in which scenarios may change something; none where it is only looked at."""

    def kept(self) -> str:
        """Say why what was claimed may not be changed now; nothing when it may."""

    def sent(self) -> Mapping[str, int]:
        """Return how many requests of each verb have reached the wire; what was refused has not."""

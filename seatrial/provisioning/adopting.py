"""What the harness asks of a platform that stood before and belongs to somebody else: it is looked at, and no more."""

from __future__ import annotations

from collections.abc import Mapping
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
class LookedAt(Protocol):
    """A platform that is only looked at: its client refuses every other verb than those of `LOOKS`."""

    def where(self) -> str:
        """Say which cluster it is: its address and the context."""

    def sent(self) -> Mapping[str, int]:
        """Return how many requests of each verb have reached the wire; what was refused has not."""

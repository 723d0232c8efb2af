"""A team member who operates the platform with what kops exports from the shared bucket."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lightkube.resources.core_v1 import Node

from provision.estate import KopsError
from provision.targets.base.parts import client_of
from seatrial.checks.observer import Fidelity, Observer

if TYPE_CHECKING:
    from provision.targets.base.parts import Parts


@dataclass(frozen=True)
class Export:
    """What came of an export: whether it succeeded, what kops said if not, and the kubeconfig if so."""

    ok: bool
    output: str
    kubeconfig: Path | None


class Member(Observer):
    """A team member: runs the real kops, and the API with what it gives.

    Args:
        context: The platform's parts.
    """

    def __init__(self, context: Parts) -> None:
        super().__init__("member", Fidelity.SIMULATED)
        self._context = context

    def export_kubeconfig(self, *, with_bucket: bool) -> Export:
        """Export a kubeconfig by kops, with access to the team's bucket or without."""
        self.touch()
        folder = Path(tempfile.mkdtemp(prefix="member-", dir=self._context.state.path("members", "x").parent))
        target = folder / "kubeconfig"
        kops = self._context.kops if with_bucket else self._context.kops_of_stranger(folder)
        try:
            kops.export_kubeconfig(target, self._context.api)
        except KopsError as error:
            return Export(ok=False, output=str(error), kubeconfig=None)
        return Export(ok=True, output="", kubeconfig=target)

    def operate(self, kubeconfig: Path) -> list[str]:
        """Name the nodes that somebody with *kubeconfig* sees."""
        self.touch()
        return sorted(
            node.metadata.name or "" for node in client_of(kubeconfig, kubeconfig.parent).list(Node) if node.metadata
        )

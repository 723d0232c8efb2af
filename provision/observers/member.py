"""A team member who operates the platform with what kops exports from the shared bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lightkube.resources.core_v1 import Node

from provision.estate import Kops, KopsError
from seatrial.checks.observer import Fidelity, Observer, reading
from seatrial.kube.client import client_of


@dataclass(frozen=True)
class Export:
    """What came of an export: whether it succeeded, what kops said if not, and the kubeconfig if so."""

    ok: bool
    output: str
    kubeconfig: Path | None


class Member(Observer):
    """A team member: runs the real kops, and the API with what it gives.

    Args:
        api: The URL of the cluster's API.
        folder: Where exports are kept, each in a folder of its own.
        kops: Gives the kops of somebody who has the team's bucket.
        kops_of_stranger: Gives, with its working folder, the kops of somebody else in the account.
    """

    def __init__(
        self, api: str, folder: Path, kops: Callable[[], Kops], kops_of_stranger: Callable[[Path], Kops]
    ) -> None:
        super().__init__("member", Fidelity.SIMULATED)
        self._api = api
        self._folder = folder
        self._kops = kops
        self._kops_of_stranger = kops_of_stranger

    @reading
    def export_kubeconfig(self, *, with_bucket: bool) -> Export:
        """Export a kubeconfig by kops, with access to the team's bucket or without."""
        folder = Path(tempfile.mkdtemp(prefix="member-", dir=self._folder))
        target = folder / "kubeconfig"
        kops = self._kops() if with_bucket else self._kops_of_stranger(folder)
        try:
            kops.export_kubeconfig(target, self._api)
        except KopsError as error:
            return Export(ok=False, output=str(error), kubeconfig=None)
        return Export(ok=True, output="", kubeconfig=target)

    @reading
    def operate(self, kubeconfig: Path) -> list[str]:
        """Name the nodes that somebody with *kubeconfig* sees."""
        return sorted(
            node.metadata.name or "" for node in client_of(kubeconfig, kubeconfig.parent).list(Node) if node.metadata
        )

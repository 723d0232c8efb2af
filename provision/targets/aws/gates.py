"""What is seen at the gates of a standup on ``aws``, and of its rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from provision.estate.capacity import short
from provision.targets.base import gates
from provision.targets.base.parts import Parts
from provision.targets.local.parts import LocalParts
from provision.targets.simulated.endpoints import client_context, leaderless, unready
from seatrial.provisioning.standup import Gate

VALIDATIONS = 3
"""How many times in a row kops has to find nothing wrong with the cluster."""


class AwsGates(gates.Gates):
    """Looks at one platform on ``aws``.

    Args:
        parts: The platform's parts.
        api_server: The API's URL, as kops is to reach it; its own choice when left out.
    """

    def __init__(self, parts: Parts, api_server: str | None = None) -> None:
        super().__init__(parts)
        self._api_server = api_server
        self._in_a_row = 0

    def cluster_unready(self) -> Sequence[str]:
        """Look at the API, which says how etcd is, and at the controllers."""
        c = self._parts
        front = urlsplit(c.api)
        door = (str(front.hostname), front.port or 443)
        admin = c.pki.user("user-admin", "seatrial-admin", ["system:masters"])
        context = client_context(c.pki.kubernetes.pair.cert, admin)
        return unready({"api": door}, "/readyz", context) or leaderless(door, context)

    def nodes_unready(self) -> Sequence[str]:
        """Look whether every group has its machines, and every machine is a Ready node."""
        return [*short(self._parts.access, self._parts.estate.names), *super().nodes_unready()]

    def own(self) -> Sequence[Gate]:
        """Return what kops waits for: the cluster as it describes it."""
        return (Gate(f"kops finds it valid {VALIDATIONS} times in a row", self.invalid, within=900),)

    def invalid(self) -> Sequence[str]:
        """Have kops look once; name what it finds wrong, or how many times in a row it has found nothing."""
        found = self._parts.kops.validate(self._api_server)
        self._in_a_row = 0 if found else self._in_a_row + 1
        if found or self._in_a_row >= VALIDATIONS:
            return found
        return [f"valid {self._in_a_row} of {VALIDATIONS} times in a row"]


class RehearsalGates(AwsGates):
    """Looks at one rehearsal, where every master can be asked as well."""

    _parts: LocalParts

    def cluster_unready(self) -> Sequence[str]:
        """Look at every etcd member and API server, too."""
        plane = self._parts.control_plane
        return plane.etcd_unready() or plane.api_unready() or super().cluster_unready()

"""What is seen at the gates of a standup on ``kind``."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from provision.targets.base.gates import Gates
from provision.targets.kind.parts import KindParts
from provision.targets.simulated.endpoints import client_context, leaderless, unready


class KindGates(Gates):
    """Looks at one platform on ``kind``."""

    _parts: KindParts

    def cluster_unready(self) -> Sequence[str]:
        """Look at etcd, the API servers and the controllers."""
        c = self._parts
        etcd = {name: (address, 2379) for name, address in c.masters().items()}
        servers = {name: (address, 6443) for name, address in c.masters().items()}
        of_etcd = client_context(c.pki.etcd.pair.cert, c.pki.etcd_client())
        of_api = client_context(
            c.pki.kubernetes.pair.cert, c.pki.user("user-admin", "seatrial-admin", ["system:masters"])
        )
        front = urlsplit(c.api)
        balancer = (str(front.hostname), int(front.port or 0))
        return (
            unready(etcd, "/health", of_etcd)
            or unready({**servers, "balancer": balancer}, "/readyz", of_api)
            or leaderless(balancer, of_api)
        )

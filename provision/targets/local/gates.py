"""What is seen at the gates of a standup on ``local``."""

from __future__ import annotations

from collections.abc import Sequence

from provision.targets.base.gates import Gates
from provision.targets.local.parts import LocalParts


class LocalGates(Gates):
    """Looks at one platform on ``local``."""

    _parts: LocalParts

    def cluster_unready(self) -> Sequence[str]:
        """Look at etcd, the API servers and the controllers."""
        plane = self._parts.control_plane
        return plane.etcd_unready() or plane.api_unready() or plane.controllers_unready()

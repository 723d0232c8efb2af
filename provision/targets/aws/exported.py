"""The administrator's access, as whoever has the bucket gets it: exported by kops."""

from __future__ import annotations

from provision.targets.base.parts import Parts
from seatrial import contained

LIFETIME = "18h"
"""For how long an exported access is good; every `up` exports it anew."""


def export_access(parts: Parts, api_server: str | None = None) -> None:
    """Write the platform's kubeconfig, as kops exports it.

    Args:
        parts: The platform's parts.
        api_server: The API's URL; kops's own choice, the cluster's name for it, when left out.

    Raises:
        KopsError: If kops fails.
    """
    fresh = parts.state.path("exported", "kubeconfig")
    fresh.unlink(missing_ok=True)  # kops would add to it
    parts.kops.export_kubeconfig(fresh, api_server, LIFETIME)
    contained.write(parts.kubeconfig, fresh.read_bytes())

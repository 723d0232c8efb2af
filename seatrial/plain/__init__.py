"""A provisioning of three methods, for a platform that is one cluster by one kubeconfig: see `Plain`."""

from __future__ import annotations

from seatrial.plain.provisioning import Plain

__all__ = ["Plain"]

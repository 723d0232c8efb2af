"""The platform's workloads: from ``manifests/`` to what runs, and back."""

from __future__ import annotations

from provision.workloads.check import Problem
from provision.workloads.drift import FieldDrift
from provision.workloads.errors import WorkloadsError
from provision.workloads.gates import gate, not_ready
from provision.workloads.lint import lint
from provision.workloads.values import Certificate, MemberVolume, OverlayValues
from provision.workloads.workloads import Workloads

__all__ = [
    "Certificate",
    "FieldDrift",
    "MemberVolume",
    "OverlayValues",
    "Problem",
    "Workloads",
    "WorkloadsError",
    "gate",
    "lint",
    "not_ready",
]

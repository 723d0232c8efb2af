"""Differences between what runs and what Git says, as an analyst names them."""

from __future__ import annotations

from seatrial.checks.expectations import Rows

PLACES = {"replicas": "spec.replicas", "port": "spec.ports[http].port"}
"""Where the fields stand that people change by hand."""

KINDS = {"workload": "Deployment", "binding": "ClusterRoleBinding"}
"""What analysts call kinds of objects that may be too many."""


def named(found: Rows) -> Rows:
    """Return every difference by the place of its field, both values as text; what is not there is ``missing``."""
    return {place.strip(): {key: _text(value) for key, value in row.items()} for place, row in found.items()}


def others(found: Rows, place: str) -> Rows:
    """Return every difference but the one at *place*."""
    return {other: row for other, row in found.items() if other != place}


def _text(value: object) -> str:
    return "missing" if value is None else str(value)

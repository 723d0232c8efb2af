"""The pipelines, as they are written."""

from __future__ import annotations

from seatrial.checks.expectations import Rows
from steps.support.instruments import Delivery


def watching(delivery: Delivery, pipeline: str) -> Rows:
    """Return every job of a pipeline with the kinds of resources whose change starts it."""
    resources = delivery.resources(pipeline)
    return {
        name: {"watches": {resources[r]["type"] for r in row["triggers"] if r in resources}}  # type: ignore[attr-defined]
        for name, row in delivery.jobs(pipeline).items()
    }


def set_by(delivery: Delivery, pipeline: str) -> Rows:
    """Return every other pipeline with whether *pipeline* sets it; one that is set by many names counts as its own."""
    sets = {name for row in delivery.jobs(pipeline).values() for name in row["sets"]}  # type: ignore[attr-defined]
    others = [other for other in delivery.pipelines() if other != pipeline]
    return {other: {"set_by_it": other in sets or any(other in name for name in sets)} for other in others}

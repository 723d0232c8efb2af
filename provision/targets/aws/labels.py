"""What everything that is made on ``aws`` is tagged with, so that it is found, and known to be over."""

from __future__ import annotations

from datetime import UTC, datetime

from provision.estate.names import EXPIRES_TAG, RUN_TAG
from provision.spec import PlatformSpec
from seatrial.provisioning.state import PlatformState

_HOUR = 3600  # seconds


def labels(state: PlatformState, spec: PlatformSpec) -> dict[str, str]:
    """Return the tags of a platform that was begun: its run's id, and when its lifetime is over; else none."""
    record = state.read("platform") or {}
    if "mark" not in record:
        return {}
    over = datetime.fromtimestamp(int(record["began"]) + spec.aws.lifetime * _HOUR, UTC)
    return {RUN_TAG: str(record["mark"]), EXPIRES_TAG: over.strftime("%Y-%m-%dT%H:%M:%SZ")}

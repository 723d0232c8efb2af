"""The time: a version whenever an interval has passed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resource_types.protocol import Done, RefusedError, Version, needed, only

_UNITS = {"s": 1, "m": 60, "h": 3600}
_INTERVAL = re.compile(r"([1-9]\d*)([smh])")


def check(source: Mapping[str, Any], version: Version | None) -> Sequence[Version]:
    """Return the time, and nothing new before the interval has passed since *version*."""
    only("source", source, ("interval",))
    text = needed("source", source, "interval")
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise RefusedError(f"source.interval: {text}: expected a number of s, m or h")
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    if version is None:
        return [{"time": now.isoformat()}]
    passed = now - dt.datetime.fromisoformat(version["time"])
    due = passed >= dt.timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    return [version, {"time": now.isoformat()}] if due else [version]


def fetch(source: Mapping[str, Any], version: Version, params: Mapping[str, Any], to: Path) -> Done:
    """Write the time down."""
    only("source", source, ("interval",))
    only("params", params, ())
    (to / "input").write_text(json.dumps(dict(version)), encoding="utf-8")
    return Done(version)


def put(source: Mapping[str, Any], params: Mapping[str, Any], inputs: Path) -> Done:
    """Return the time as it is now."""
    del params, inputs
    return Done(check(source, None)[0])

"""The values of ``platform.yaml`` that features state as well, each with the line where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from provision.spec import PlatformSpec
from provision.spec_file import places
from seatrial.provisioning.contract import Agreed

_MINUTE = 60  # seconds


def values(spec: PlatformSpec, file: Path, shown: str) -> Mapping[str, Agreed]:
    """Return every value by its dotted name, and those that follow from several.

    Args:
        spec: What stands in *file*.
        file: ``platform.yaml``.
        shown: How a message names it.
    """
    line = places(file)
    plain = {
        name: Agreed(value, f"{shown}:{line(name.split('.'))}") for name, value in _flat(spec.model_dump(mode="json"))
    }
    ports = Agreed(list(spec.ingress.ports.model_dump().values()), plain["ingress.ports.http"].where)
    return plain | {
        "ingress.ports": ports,
        "node.ports": ports,
        "machines.count": Agreed(
            spec.masters.count + spec.nodes.count, f"{plain['masters.count'].where} and {plain['nodes.count'].where}"
        ),
        "standup.minutes": Agreed(spec.standup.within // _MINUTE, plain["standup.within"].where),
        "mongodb.zones": Agreed(
            min(len(spec.zones), spec.mongodb.members), f"{plain['zones'].where} and {plain['mongodb.members'].where}"
        ),
    }


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value

"""Where nodes find registries, as their containerd reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seatrial import contained


@dataclass(frozen=True)
class RegistryAt:
    """A registry that nodes pull from.

    Attributes:
        address: Where it is, such as ``http://10.213.7.1:5000``.
        token: What lets nodes pull; empty where anybody may.
    """

    address: str
    token: str = field(default="", repr=False)


def write_registries(folder: Path, registries: Mapping[str, RegistryAt]) -> Path:
    """Write a folder that tells containerd where each registry is, by the name that images begin with; return it."""
    contained.folder(folder)
    for name, one in registries.items():
        hosts = f'server = "{one.address}"\n\n[host."{one.address}"]\n  capabilities = ["pull", "resolve"]\n'
        if one.token:
            hosts += f'  [host."{one.address}".header]\n    Authorization = "Bearer {one.token}"\n'
        contained.write(folder / name / "hosts.toml", hosts)
    return folder

"""The key with which API servers encrypt."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

from provision.targets.base.encryption import encryption_config
from seatrial.provisioning.state import PlatformState


def test_a_key_of_its_own(tmp_path: Path) -> None:
    """Each platform has its own key, of 32 bytes, which stays and which nobody else can read."""
    one, other = (PlatformState(tmp_path, team) for team in ("one", "other"))
    path = encryption_config(one)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(key(path)) == 32
    assert key(path) == key(encryption_config(one))
    assert key(path) != key(encryption_config(other))


def key(path: Path) -> bytes:
    """Return the first key of the first method."""
    first = json.loads(path.read_text())["resources"][0]["providers"][0]
    return base64.b64decode(first["secretbox"]["keys"][0]["secret"])

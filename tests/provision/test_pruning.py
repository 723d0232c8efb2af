"""What is removed as nobody's is only what is known to be nobody's."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from provision.reporting.drifting import prune
from seatrial.errors import SeatrialError
from seatrial.provisioning.state import PlatformState


def test_nothing_is_known(tmp_path: Path) -> None:
    """Without the record of what the cluster had of its own, all that Kubernetes has made would be nobody's."""
    parts: Any = SimpleNamespace(state=PlatformState(tmp_path, "red"))
    with pytest.raises(SeatrialError, match="nothing of it can be removed"):
        prune(parts)

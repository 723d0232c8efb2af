"""README's own session works as it stands there, on a platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.commands import ROOT, of_blocks

from .sandbox import Sandbox

pytestmark = pytest.mark.slow

LONG = "pytest "
"""What takes minutes; tests/docs sees that it selects something, and its scenarios are run elsewhere."""


def test_the_session(sandbox: Sandbox) -> None:
    """From `seatrial up` to `seatrial sweep`: each command succeeds, in one shell, and nothing is left."""
    commands = [c for c in of_blocks(ROOT / "README.md") if not c.startswith("make ")]
    assert ". .venv/bin/activate" == commands[0]
    lines = [f"{c} --collect-only -q" if c.startswith(LONG) else c for c in commands[1:]]
    environ = {
        **sandbox.environ,
        "TEAMID": "readme",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    script = "\n".join(["set -eu", *lines])
    done = subprocess.run(
        ["sh", "-c", script], cwd=sandbox.root, env=environ, capture_output=True, text=True, timeout=400, check=False
    )
    assert 0 == done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
    assert "readme is down; nothing of it is left" in done.stderr
    assert [] == sandbox.left()

"""What is in the engine and in the packet filter, for tests that leave nothing there."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

from provision.engine import Engine
from provision.engine.packages import which
from provision.images.node import built_name
from tests.system.sandbox import Sandbox


def standing(engine: Engine) -> set[str]:
    """Name every container, network and volume of the engine, and every rule of the packet filter.

    The chains that Docker makes for all networks, with its first one, are its own.
    """
    iptables = which("iptables") or "iptables"
    rules = subprocess.run([iptables, "-w", "-S"], capture_output=True, text=True, check=True).stdout.splitlines()
    kinds: tuple[Literal["container", "network", "volume"], ...] = ("container", "network", "volume")
    things = {f"{kind} {name}" for kind in kinds for name in engine.names(kind)}
    return things | {f"rule {rule}" for rule in rules if "DOCKER" not in rule or "sea-" in rule}


@contextmanager
def sandbox_on(engine: Engine) -> Iterator[Sandbox]:
    """Give a copy of the project for platforms on *engine*, open to every user; whatever they make has to be gone."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    before = standing(engine)
    with tempfile.TemporaryDirectory(prefix="seatrial-kind-") as folder:
        Path(folder).chmod(0o755)
        made = Sandbox(Path(folder))
        try:
            yield made
        finally:
            made.end()
        assert ([], set()) == (made.left(), standing(engine) - before)

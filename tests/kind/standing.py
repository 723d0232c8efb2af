"""What is in the engine and in the packet filter, for tests that leave nothing there."""

from __future__ import annotations

import subprocess
from typing import Literal

from provision.engine import Engine
from provision.engine.packages import which


def standing(engine: Engine) -> set[str]:
    """Name every container, network and volume of the engine, and every rule of the packet filter.

    The chains that Docker makes for all networks, with its first one, are its own.
    """
    iptables = which("iptables") or "iptables"
    rules = subprocess.run([iptables, "-w", "-S"], capture_output=True, text=True, check=True).stdout.splitlines()
    kinds: tuple[Literal["container", "network", "volume"], ...] = ("container", "network", "volume")
    things = {f"{kind} {name}" for kind in kinds for name in engine.names(kind)}
    return things | {f"rule {rule}" for rule in rules if "DOCKER" not in rule or "sea-" in rule}

"""What a platform on any target can do at the asking of words: its own actuators."""

from __future__ import annotations

from provision.actuators import Again, Applier, StandupRunner
from provision.targets.base.parts import Parts


class Capabilities:
    """What every target can do; each target adds its own, and says by `Absent` what it cannot.

    Nothing of the platform is looked at before something is asked for: a standup asks for its journal's actuators
    before there is anything.

    Args:
        parts: The platform's parts.
        again: Runs the standup again and gives the number of things that it changed.
    """

    def __init__(self, parts: Parts, again: Again) -> None:
        self.applier = Applier(lambda: parts.workloads, parts.kube)
        self.standup_runner = StandupRunner(again)

    def close(self) -> None:
        """Let go of what they hold."""

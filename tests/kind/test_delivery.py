"""A platform with its server of pipelines, from nothing to a push that is rolled out, and back."""

from __future__ import annotations

import pytest

from provision.engine import Engine
from tests.kind.standing import sandbox_on

pytestmark = [pytest.mark.kind, pytest.mark.slow, pytest.mark.long]
TEAM = "delivers"
WEB = f"{TEAM}-delivery-web"


def test_a_push_is_rolled_out(engine: Engine) -> None:
    """Up goes on where it was killed; a push is seen at its name, one that breaks a test is not; nothing is left."""
    with sandbox_on(engine) as sandbox:
        command = sandbox.start("up", f"--team={TEAM}", "--target=kind", "--with-delivery")
        sandbox.wait(command, lambda: engine.inspect("container", [WEB]))
        sandbox.kill(command)
        code, said = sandbox.run("up", f"--team={TEAM}", "--target=kind")  # it is written down that one is wanted
        assert code == 0, said
        asked = ("features/delivery", "-k", "push")
        code, said = sandbox.run("verify", f"--team={TEAM}", "--target=kind", *asked)
        assert code == 0, said
        assert "3 planned = 0 proven + 3 simulated" in said
        code, said = sandbox.run("up", f"--team={TEAM}", "--target=kind")
        assert (code, "nothing had to be changed" in said) == (0, True), said
        code, said = sandbox.run("down", f"--team={TEAM}")
        assert code == 0, said

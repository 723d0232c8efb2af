"""Secrets of a platform with real containers, and of their logs, are in nothing that a failing scenario leaves."""

from __future__ import annotations

import pytest

from provision import spec_file
from provision.engine import Engine
from provision.targets.kind.parts import KindParts
from provision.toolchain import Toolchain
from tests.kind.standing import sandbox_on
from tests.system import planting

pytestmark = [pytest.mark.kind, pytest.mark.slow]
TEAM = "planted"


def test_on_kind(engine: Engine) -> None:
    """One of each kind, in each encoding, a container's log among them: in no report and no evidence, and not said."""
    with sandbox_on(engine) as sandbox:
        command = sandbox.start("up", f"--team={TEAM}", "--target=kind")
        up = command.communicate()[0]
        assert 0 == command.returncode, up
        images = KindParts(sandbox.root, TEAM, spec_file.read(), Toolchain()).images.names
        kubectl = Toolchain().ensure("kubectl")
        said = planting.fail(sandbox, TEAM, "kind", kubectl, images["tools"])
        token = planting.logged(sandbox, TEAM, kubectl)
        evidence = sandbox.root / "report/kind/evidence"
        logs = [file.read_text() for file in evidence.rglob(f"{planting.ROOM}/planted-*.log")]
        assert [True] == ["planted all" in log for log in logs], "no evidence has what the container has written"
        assert [] == planting.found(sandbox, said + up, token, token.rpartition(".")[2])

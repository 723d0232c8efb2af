"""Secrets of a real control plane are in nothing that a failing scenario leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provision.targets.local.parts import TOOLS
from provision.toolchain import Toolchain

from . import planting
from .sandbox import Sandbox

TEAM = "planted"
MISSING = [name for name in TOOLS if Toolchain().look(name).path is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not in the toolchain's cache yet: {', '.join(MISSING)}"),
]


@pytest.fixture
def standing(sandbox: Sandbox) -> Iterator[Sandbox]:
    """A platform on ``local``."""
    code, said = sandbox.run("up", f"--team={TEAM}")
    assert 0 == code, said
    yield sandbox
    assert 0 == sandbox.run("down", f"--team={TEAM}")[0]


def test_on_local(standing: Sandbox) -> None:
    """One of each kind, in each encoding: in no report, no evidence, no log, and not on the console."""
    kubectl = Toolchain().ensure("kubectl")
    assert [] == planting.found(standing, planting.fail(standing, TEAM, "local", kubectl, "tools"))

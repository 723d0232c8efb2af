"""A summary stays one that GitHub takes, whatever a cluster has said."""

from __future__ import annotations

from seatrial.report import markdown
from tests.report.runs import run, scenario

_TAKEN = 1 << 20


def test_long_reasons() -> None:
    """Long lines and many reasons are cut: else all of it is dropped, and nobody reads that something failed."""
    failed = [scenario(f"F{n}", "failed", reason=f"{n} {'x' * 100_000}\nlast seen") for n in range(30)]
    lacking = [scenario(f"L{n}", "not provable", reason=f"{n} {'y' * 100_000}") for n in range(300)]
    told = markdown.of_run(run(*failed, *lacking))
    assert len(told.encode()) < _TAKEN
    assert "… and 10 more." in told
    assert "… and 280 more reasons" in told

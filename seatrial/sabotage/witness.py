"""Has scenarios judged on a platform that is broken, by a run of their own, and reads its verdicts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.provisioning.identity import MARK

_LIMIT = 1200.0
"""Seconds for one run: none of what was measured took more than a quarter of it."""
_EACH = 3
"""For so many scenarios a process is worth its start."""


@dataclass(frozen=True)
class Judged:
    """What one run said.

    Attributes:
        code: Its exit code.
        said: All that it printed.
        scenarios: What verdict.json has of each scenario, by its id.
    """

    code: int
    said: str
    scenarios: dict[str, dict[str, Any]] = field(default_factory=dict)


def judge(root: Path, team: str, target: str, scenarios: Iterable[str], *, patience: float, at_once: int) -> Judged:
    """Have *scenarios* judged as ``seatrial verify`` does, on a platform that is up; none of its reports is touched."""
    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        argv = _argv(team, target, folder, patience, list(dict.fromkeys(scenarios)), at_once)
        kept = {k: v for k, v in os.environ.items() if k != MARK and not k.startswith(("PYTEST_", "GITHUB_STEP_"))}
        try:
            done = subprocess.run(argv, cwd=root, env=kept, capture_output=True, text=True, timeout=_LIMIT, check=False)
        except subprocess.TimeoutExpired as error:
            return Judged(-1, f"not within {_LIMIT:.0f} s\n{error.stdout!r}")
        file = Path(folder) / target / "verdict.json"
        entries = json.loads(file.read_text("utf-8"))["scenarios"] if file.exists() else []
        return Judged(done.returncode, done.stdout + done.stderr, {one["nodeid"]: one for one in entries})


def _argv(team: str, target: str, report: str, patience: float, scenarios: Sequence[str], at_once: int) -> list[str]:
    processes = min(at_once, len(scenarios) // _EACH)
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--seatrial-sabotaged",
        f"--seatrial-team={team}",
        f"--seatrial-target={target}",
        f"--seatrial-patience={patience}",
        f"--seatrial-report={report}",
        *(("-n", str(processes), f"--basetemp={report}/pytest") if processes > 1 else ()),
        *scenarios,
    ]

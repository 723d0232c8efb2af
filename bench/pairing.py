"""Commands run in turn, again and again, so that what else the machine does meets them alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LONGEST = 300.0


@dataclass(frozen=True)
class Contestant:
    """One command.

    Attributes:
        name: What it is called in results.
        argv: The command.
        folder: Where it is run.
        code: The exit code by which it is known to have judged as it should.
        says: What it says then: an exit code alone may stand for nothing judged.
        environ: What its environment has besides.
    """

    name: str
    argv: Sequence[str]
    folder: Path
    code: int = 0
    says: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What one run of a command took.

    Attributes:
        wall: Seconds on the clock.
        cpu: Seconds of processors, by it and all that it started.
        requests: Requests that API servers answered meanwhile, of the kind that is counted.
    """

    wall: float
    cpu: float
    requests: int


def rounds(
    contestants: Sequence[Contestant],
    count: int,
    counted: Callable[[], int],
    before: Callable[[], None] = lambda: None,
) -> dict[str, list[Run]]:
    """Run every contestant *count* times, in turn, and give the runs of each by its name.

    Args:
        contestants: The commands.
        count: How many rounds.
        counted: Gives how many requests were answered by now.
        before: Is called before each run, which it is no part of.

    Raises:
        RuntimeError: If one ends with another code than it has to, or does not say what it has to.
    """
    found: dict[str, list[Run]] = {one.name: [] for one in contestants}
    for number in range(count):
        first = number % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            before()
            found[one.name].append(_run(one, counted))
    return found


def _run(one: Contestant, counted: Callable[[], int]) -> Run:
    requests, began = counted(), time.monotonic()
    cpu = _cpu_of_children()
    done = subprocess.run(
        one.argv,
        cwd=one.folder,
        env=os.environ | one.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    wall = time.monotonic() - began
    if done.returncode != one.code or one.says not in done.stdout:
        wanted = f"expected exit code {one.code} and {one.says!r}"
        raise RuntimeError(f"{one.name}: {wanted}, got {done.returncode} and\n{done.stdout[-3000:]}")
    return Run(wall, _cpu_of_children() - cpu, counted() - requests)


def _cpu_of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def median(values: Sequence[float]) -> str:
    """Write the median of *values* with the least and the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"

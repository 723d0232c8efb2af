"""``python -m bench``: measures assertions beside kuttl and Chainsaw, where their programs are on the PATH."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench import assertions
from bench.cluster import Cluster
from bench.pairing import Contestant, Run, median, rounds

ROOT = Path(__file__).parents[1]
TEAM = "bench"
_MAKE = {"kubectl-kuttl": assertions.kuttl, "chainsaw": assertions.chainsaw}


def main() -> int:
    """Measure every mix, and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="how often each runs (default: 7)")
    asked = parser.parse_args()
    found = {name: Path(path) for name in _MAKE if (path := shutil.which(name))}
    for name in sorted(_MAKE.keys() - found.keys()):
        print(f"left out: {name} is not on the PATH")
    day = time.strftime("%Y-%m-%d", time.gmtime())
    print(f"{day}  {platform.system()}, {os.cpu_count()} processors  {asked.rounds} rounds")
    _seatrial("up", "--team", TEAM, "--target", "local")
    try:
        with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as folder:
            _measure(Path(folder), found, asked.rounds)
    finally:
        _seatrial("down", "--team", TEAM)
    return 0


def _measure(folder: Path, peers: dict[str, Path], count: int) -> None:
    status = json.loads(_seatrial("status", "--team", TEAM, "--json"))
    servers = list(status["api servers"].values())
    with Cluster(ROOT / ".seatrial" / TEAM / "kubeconfig", servers, folder) as cluster:
        for number, mix in enumerate(assertions.MIXES):
            room = folder / str(number)
            contestants = [assertions.seatrial(room / "seatrial", cluster.kubeconfig, mix)]
            contestants += [_MAKE[name](path, room / name, cluster.kubeconfig, mix) for name, path in peers.items()]
            names = assertions.names()
            there, late = names[: mix.there], names[mix.there : mix.there + mix.late]
            have = partial(cluster.have, there, late, mix.after)
            rounds(contestants, 1, cluster.requests, have)  # by which caches are warm
            runs = rounds(contestants, count, cluster.requests, have)
            _show(mix, contestants, runs)


def _show(mix: assertions.Mix, contestants: list[Contestant], runs: dict[str, list[Run]]) -> None:
    print(f"\n{assertions.COUNT} assertions, {mix.name}")
    print(f"{'':10}{'wall s':>20}{'cpu s':>20}{'requests':>12}")
    for one in contestants:
        of = runs[one.name]
        wall, cpu = median([run.wall for run in of]), median([run.cpu for run in of])
        print(f"{one.name:10}{wall:>20}{cpu:>20}{sorted(run.requests for run in of)[len(of) // 2]:>12}", flush=True)


def _seatrial(*arguments: str) -> str:
    command = [*assertions.SEATRIAL, *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())

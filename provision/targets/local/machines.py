"""The daemon that stands for hypervisor, kubelets and cloud controllers on ``local``.

It is run as ``python -m provision.targets.local.machines`` and follows the EC2 API: a stopped machine's processes are
killed and its node's heartbeats cease; a started one's come back; an ended one's node goes NotReady and then away;
a replacement registers. It finds the API by the usual AWS variables.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import boto3
import httpx2
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from lightkube import Client, KubeConfig

from provision.spec_file import read
from provision.targets.base.environment import python_environment
from provision.targets.local.masters import masters
from provision.targets.local.nodes import Nodes
from provision.targets.local.supervisor import Masters, Restarter
from provision.targets.simulated import addresses
from provision.targets.simulated.api_name import ApiName
from provision.targets.simulated.attaching import Attacher
from provision.targets.simulated.machines import Machine, look
from seatrial.errors import SeatrialError
from seatrial.provisioning.processes import ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState

if TYPE_CHECKING:
    from mypy_boto3_ec2.client import EC2Client

POLL_SECONDS = 0.3
NODES_SECONDS = 1.0
"""How often nodes are compared with machines when no machine has changed."""

_AWAY_SECONDS = 2.0
_API_TIMEOUT = 3.0
_HELPERS = ("front", "kwok")  # processes that belong to no machine and are kept running too
_LOG = logging.getLogger("machines")


def machines(
    name: str,
    root: Path,
    team: str,
    kubeconfig: Path,
    aws: Mapping[str, str],
    version: str,
    *,
    shows_programs: bool = False,
) -> ProcessSpec:
    """Return the spec of the daemon's process.

    Args:
        name: The process's name.
        root: The project's root, where the platform's state is.
        team: The platform's ``$TEAMID``.
        kubeconfig: How it reaches the cluster.
        aws: The AWS variables with which it reaches EC2.
        version: The version of Kubernetes that a node reports which registers from now on.
        shows_programs: Whether a master's programs are shown as pods.
    """
    argv = [sys.executable, "-m", "provision.targets.local.machines"]
    argv += [f"--root={root}", f"--team={team}", f"--kubeconfig={kubeconfig}"]
    argv += [f"--kubernetes={version}"]
    argv += ["--show-programs"] if shows_programs else []
    return ProcessSpec(name, argv, {**python_environment(), **aws})


class Latest:
    """The machines as last seen; whoever follows them is woken up by a change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._machines: list[Machine] | None = None

    def put(self, machines: list[Machine]) -> None:
        """Replace the machines."""
        with self._changed:
            if machines != self._machines:
                self._machines = machines
                self._changed.notify_all()

    def get(self, known: list[Machine] | None, within: float) -> list[Machine] | None:
        """Return the machines: at once if they differ from *known*, else on a change or after *within* seconds."""
        with self._changed:
            if self._machines == known:
                self._changed.wait(within)
            return self._machines


def follow_nodes(latest: Latest, nodes: Nodes, attacher: Attacher, api_is_back: Callable[[], None]) -> None:
    """Keep the nodes as the machines are, and volumes attached to them, for ever; an API that is away is tried again.

    Args:
        latest: The machines.
        nodes: The nodes.
        attacher: Who attaches volumes.
        api_is_back: Called when the API answers again after it was away for a while.
    """
    known: list[Machine] | None = None
    away_since: float | None = None
    while True:
        machines = latest.get(known, NODES_SECONDS)
        if machines is None:
            continue
        try:
            nodes.keep(machines)
            attacher.keep()
            known = machines
            if away_since is not None and time.monotonic() - away_since > _AWAY_SECONDS:
                api_is_back()
            away_since = None
        except Exception as error:  # noqa: BLE001 - a daemon outlives whatever its servers answer
            _LOG.warning("the cluster's API did not take it, trying again: %s: %s", type(error).__name__, error)
            known = machines
            away_since = away_since or time.monotonic()


def follow_machines(
    ec2: EC2Client,
    cluster: str,
    latest: Latest,
    keepers: tuple[Masters, Restarter, ApiName],
    ended: threading.Event,
) -> None:
    """Keep the masters as the machines are, until *ended*; a cloud that is away changes nothing."""
    of_masters, restarter, api_name = keepers
    while not ended.wait(POLL_SECONDS):
        try:
            found = look(ec2, cluster)
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("EC2 did not answer, trying again: %s", error)
            continue
        latest.put(found)
        try:
            of_masters.keep(found)
            restarter.keep(_HELPERS)
            api_name.keep(found)
        except SeatrialError as error:
            _LOG.warning("a process could not be kept, trying again: %s", error)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the daemon until SIGTERM."""
    parser = argparse.ArgumentParser(prog="machines", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--root", required=True, type=Path, help="the project's root")
    parser.add_argument("--team", required=True, help="the platform's id")
    parser.add_argument("--kubeconfig", required=True, type=Path, help="how the cluster is reached")
    parser.add_argument("--kubernetes", required=True, help="the version that a node reports")
    parser.add_argument("--show-programs", action="store_true", help="show a master's programs as pods")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stdout)
    _LOG.setLevel(logging.INFO)

    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    spec = read()
    state = PlatformState(chosen.root, chosen.team)
    where = addresses.recorded(state, spec.masters.count)
    if where is None:
        parser.error(f"no addresses are recorded in {state.dir}: the platform is not up")
    processes = ProcessTable(state)
    restarter = Restarter(processes)
    config = KubeConfig.from_file(str(chosen.kubeconfig)).get()
    client = Client(config=config, timeout=httpx2.Timeout(_API_TIMEOUT), trust_env=False)
    latest = Latest()

    def begin_kwok_anew() -> None:
        # Its watches wait up to half a minute before they try again, and meanwhile its heartbeats are refused.
        _LOG.info("the cluster's API is back: kwok is begun anew")
        processes.kill("kwok")

    nodes = Nodes(client, chosen.kubernetes, shows_programs=chosen.show_programs)
    impatient = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
    ec2 = boto3.client("ec2", config=impatient)
    followed = latest, nodes, Attacher(client, ec2), begin_kwok_anew
    threading.Thread(target=follow_nodes, args=followed, daemon=True).start()
    api_name = ApiName(boto3.client("route53", config=impatient), spec.zone_name(state.team))
    of_masters = Masters(state, processes, masters(spec, where), restarter)
    follow_machines(ec2, spec.zone_name(state.team), latest, (of_masters, restarter, api_name), ended)


if __name__ == "__main__":
    main()

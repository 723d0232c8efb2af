"""The daemon that stands for hypervisor and cloud controllers on ``kind``.

It is run as ``python -m provision.targets.kind.machines`` and follows the EC2 API: the container of a stopped machine
is killed, that of a started one comes back, the node of an ended one goes away, and the group's replacement is set up
in the container that the ended one has left, with its volumes attached again. It finds EC2 by the usual AWS variables
and the container engine by what the platform has recorded of it.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

import boto3
import httpx2
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from lightkube import ApiError, Client, KubeConfig

from provision.engine import EngineError
from provision.spec_file import read
from provision.targets.base.environment import python_environment
from provision.targets.kind.slots import Slots
from provision.targets.kind.standing_on import standing_on
from provision.targets.simulated.api_name import ApiName
from provision.targets.simulated.attaching import Attacher
from provision.targets.simulated.machines import Machine, look
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

POLL_SECONDS = 1.0
_API_TIMEOUT = 5.0
_LOG = logging.getLogger("machines")


def machines(name: str, root: Path, team: str, kubeconfig: Path, aws: Mapping[str, str]) -> ProcessSpec:
    """Return the spec of the daemon's process.

    Args:
        name: The process's name.
        root: The project's root, where the platform's state is.
        team: The platform's ``$TEAMID``.
        kubeconfig: How it reaches the cluster.
        aws: The AWS variables with which it reaches EC2.
    """
    argv = [sys.executable, "-m", "provision.targets.kind.machines"]
    argv += [f"--root={root}", f"--team={team}", f"--kubeconfig={kubeconfig}"]
    return ProcessSpec(name, argv, {**python_environment(), **aws})


def follow(slots: Slots, found: Sequence[Machine]) -> None:
    """Bring every container in line with the machines that the cloud has now; one that fails holds up no other."""
    by_id = {machine.id: machine for machine in found}
    running = slots.running()
    for container, instance in slots.occupied().items():
        machine = by_id.get(instance)
        try:
            if machine is not None and machine.running:
                if container not in running:
                    slots.switch_on(container)
                continue
            if container in running:
                slots.switch_off(container)
            if machine is None or machine.ended:
                slots.vacate(container, next((m for m in found if _succeeds(m, container, slots)), None))
        except (ApiError, httpx2.HTTPError, EngineError) as error:
            _LOG.warning("%s: %s: %s; it is tried again", container, type(error).__name__, error)


def _succeeds(machine: Machine, container: str, slots: Slots) -> bool:
    return machine.running and machine.id not in slots.occupied().values() and slots.fits(container, machine)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the daemon until SIGTERM."""
    parser = argparse.ArgumentParser(prog="machines", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--root", required=True, type=Path, help="the project's root")
    parser.add_argument("--team", required=True, help="the platform's id")
    parser.add_argument("--kubeconfig", required=True, type=Path, help="how the cluster is reached")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stdout)
    _LOG.setLevel(logging.INFO)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    config = KubeConfig.from_file(str(chosen.kubeconfig)).get()
    client = Client(config=config, timeout=httpx2.Timeout(_API_TIMEOUT), trust_env=False)
    state = PlatformState(chosen.root, chosen.team)
    slots = Slots(state, standing_on(state), client)
    cluster = read().zone_name(chosen.team)
    impatient = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
    ec2 = boto3.client("ec2", config=impatient)
    attacher = Attacher(client, ec2)
    api_name = ApiName(boto3.client("route53", config=impatient), cluster)
    while not ended.wait(POLL_SECONDS):
        try:
            found = look(ec2, cluster)
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("EC2 did not answer, trying again: %s", error)
            continue
        follow(slots, found)
        api_name.keep(found)
        with suppress(ApiError, httpx2.HTTPError):  # the API may be what was switched off
            slots.label()
            attacher.keep()


if __name__ == "__main__":
    main()

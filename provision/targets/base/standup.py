"""The standup: seven ordered steps, each with the gates that must be met before the next begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from provision.estate.account.trouble import remedy
from provision.targets.base.builder import Builder
from provision.targets.base.gates import Gates
from seatrial.errors import SeatrialError
from seatrial.provisioning.standup import Gate, Step


def plan(builder: Builder, gates: Gates) -> list[Step]:
    """Return the standup as a plan: *builder* changes, *gates* only look.

    Each gate's limit is in seconds, for a cloud's machines; `local` needs a tenth.
    """
    steps = [
        Step("cluster", builder.make_cluster),
        Step(
            "wait for the cluster",
            lambda: None,
            [
                Gate("the control plane answers", gates.cluster_unready, within=300),
                Gate("the masters' internal names lead to them", gates.names_unready, within=320),
                Gate("every node is ready", gates.nodes_unready, within=300),
                *gates.own(),
            ],
        ),
        Step(
            "MongoDB volumes",
            builder.make_volumes,
            [Gate("every volume is there", gates.volumes_unready, within=60)],
        ),
        Step(
            "backing services",
            lambda: builder.deploy("backing"),
            [Gate("every backing service is ready", lambda: gates.groups_unready("backing"), within=300)],
        ),
        Step(
            "microservices",
            lambda: builder.deploy("microservices"),
            [Gate("every microservice is ready", lambda: gates.groups_unready("microservices"), within=180)],
        ),
        Step(
            "security groups",
            builder.open_ports,
            [Gate("the ingress ports are open", gates.ports_closed, within=30)],
        ),
        Step(
            "DNS",
            builder.keep_names,
            [
                Gate("the DNS updater is ready", lambda: gates.groups_unready("dns"), within=180),
                Gate("every service resolves", gates.records_missing, within=120),
            ],
        ),
    ]
    return [replace(step, do=_explained(step.do)) for step in steps]


def _explained(do: Callable[[], None]) -> Callable[[], None]:
    """Have an error of AWS say what is to be done about it."""

    def explained() -> None:
        try:
            do()
        except (ClientError, BotoCoreError) as error:
            told = remedy(str(error))
            raise SeatrialError(f"{error}{told and f'; {told}'}") from error

    return explained

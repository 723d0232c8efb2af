"""What a platform on ``local`` can do at the asking of words, and what it cannot."""

from __future__ import annotations

from typing import Final

from provision.actuators import Again, GroupSize, NamedVersions, NamesKeepersProcess
from provision.targets.base import capabilities
from provision.targets.local.parts import UPDATER, LocalParts
from provision.targets.simulated.endpoints import client_context
from provision.targets.simulated.etcd_content import EtcdContent
from provision.targets.simulated.etcd_size import EtcdSize
from seatrial.checks.observer import Absent


def absent(where: str) -> dict[str, Absent]:
    """Return the parts of a platform that there are none of, neither to be observed nor to be acted on.

    Args:
        where: Where its nodes and containers are simulated, such as ``on local``.
    """
    simulated = f"nodes and containers are simulated {where}"
    reasons = {
        "http": f"no HTTP through the ingress: {simulated}",
        "mongodb": f"no MongoDB data: {simulated}",
        "logs": f"no log lines: {simulated}",
        "metrics": f"no metrics: {simulated}",
        "containers": f"no containers of a node: {simulated}",
        "hosts": f"no inside of a machine: {simulated}",
        "policies": f"no connection between pods: {simulated}",
        "tools_image": f"no container of the image of tools: {simulated}",
        "concourse": f"no Concourse server {where}",
        "second": f"a second platform is not stood up within a run {where}",
    }
    return {name: Absent(name, reason) for name, reason in reasons.items()}


ABSENT: Final = absent("on local")


class LocalCapabilities(capabilities.Capabilities):
    """What one platform can do.

    Args:
        parts: The platform's parts.
        again: Runs the standup again and gives the number of things that it changed.
    """

    http_sender = ABSENT["http"]
    mongodb_writer = ABSENT["mongodb"]
    image_tags = ABSENT["containers"]
    second_platform = ABSENT["second"]
    machine_shell = ABSENT["hosts"]
    tools_image = ABSENT["tools_image"]
    pusher = ABSENT["concourse"]
    node_network = Absent("cut off", "nothing can cut off on local")
    pod_killer = Absent("crash", "nothing can crash on local")
    controllers = Absent("controllers", "nothing can controller on local")

    def __init__(self, parts: LocalParts, again: Again) -> None:
        super().__init__(parts, again)
        self.etcd_content = EtcdContent(
            lambda: {m.process("etcd"): m.addresses.etcd.client.pair for m in parts.control_plane.masters},
            lambda: client_context(parts.pki.etcd.pair.cert, parts.pki.etcd_client()),
        )
        self.etcd_size = EtcdSize(parts.etcd_members)
        self.group_size = GroupSize(lambda: parts.access)
        self.names_keeper = NamesKeepersProcess(parts.processes, UPDATER)
        self.versions = NamedVersions()

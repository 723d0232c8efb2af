"""What a platform on ``aws`` can do at the asking of words, and what it cannot yet."""

from __future__ import annotations

from typing import Final

from provision.actuators import Again, GroupSize, NamedVersions, NamesKeeper
from provision.targets.base import capabilities
from provision.targets.base.parts import Parts
from seatrial.checks.observer import Absent

_ETCD = "etcd's ports are open to masters alone"
_NOT_YET = "it is not looked at on aws yet"
ABSENT: Final = {
    name: Absent(name, reason)
    for name, reason in {
        "etcd": f"no member of etcd can be asked: {_ETCD}",
        "strangers": f"nobody can come to etcd uninvited: {_ETCD}",
        "http": f"no HTTP through the ingress: {_NOT_YET}",
        "mongodb": f"no MongoDB data: {_NOT_YET}",
        "logs": f"no log lines: {_NOT_YET}",
        "metrics": f"no metrics: {_NOT_YET}",
        "containers": f"no containers of a node: {_NOT_YET}",
        "hosts": f"no inside of a machine: {_NOT_YET}",
        "policies": f"no connection between pods: {_NOT_YET}",
        "tools_image": f"no container of the image of tools: {_NOT_YET}",
        "concourse": "no Concourse server on aws",
        "second": "a second platform is not stood up within a run on aws",
    }.items()
}
"""The parts of a platform that are not looked at, nor acted on."""


class AwsCapabilities(capabilities.Capabilities):
    """What one platform can do."""

    etcd_content = ABSENT["etcd"]
    etcd_size = ABSENT["etcd"]
    http_sender = ABSENT["http"]
    mongodb_writer = ABSENT["mongodb"]
    image_tags = ABSENT["containers"]
    second_platform = ABSENT["second"]
    machine_shell = ABSENT["hosts"]
    tools_image = ABSENT["tools_image"]
    pusher = ABSENT["concourse"]
    node_network = Absent("cut off", f"nothing can cut off a node: {_NOT_YET}")
    pod_killer = Absent("crash", f"nothing can crash a pod: {_NOT_YET}")
    controllers = Absent("controllers", f"no other ingress controller: {_NOT_YET}")
    versions = NamedVersions()

    def __init__(self, parts: Parts, again: Again) -> None:
        super().__init__(parts, again)
        self.group_size = GroupSize(lambda: parts.access)
        self.names_keeper = NamesKeeper(parts.kube)

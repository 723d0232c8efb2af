"""The containers that machines run in: switched on and off, and given to another machine when theirs has ended."""

from __future__ import annotations

import logging
from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

from provision.engine import Engine
from provision.net.nodes import MASTER_LABEL, NODE_LABEL
from provision.targets.kind.node_filter import NodeFilter
from provision.targets.simulated.departed import remove_node
from provision.targets.simulated.machines import Machine
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.provisioning.state import PlatformState

RECORD = "machines"
_BOOT_SECONDS = 60.0  # until a container that was started takes orders
# What kubeadm has written on a node that names its machine; kubelet reads the first when it starts.
_FILES = ("/var/lib/kubelet/kubeadm-flags.env", "/kind/kubeadm.conf")
_NETWORK_OF_PODS = "/etc/cni/net.d"  # written anew by the network's own pod, without which kubelet starts no others
_LOG = logging.getLogger("machines")


class Slots:
    """The containers of a platform, each with the machine that runs in it.

    Args:
        state: Where it is recorded which machine runs in which container.
        engine: The container engine.
        client: A client of the cluster's API.
    """

    def __init__(self, state: PlatformState, engine: Engine, client: Client) -> None:
        self._state = state
        self._engine = engine
        self._client = client

    def occupied(self) -> dict[str, str]:
        """Return the id of the machine in each container, by the container's name."""
        return dict((self._state.read(RECORD) or {}).get("machines", {}))

    def fits(self, container: str, machine: Machine) -> bool:
        """Return whether a machine may take the container over: it has the same purpose, in the same zone."""
        slot = self._slot(container)
        return bool(slot["zone"] == machine.zone and slot["master"] == machine.master)

    def running(self) -> set[str]:
        """Name the containers that run."""
        found = self._engine.inspect("container", sorted(self.occupied()))
        return {container["Name"].lstrip("/") for container in found if container["State"]["Running"]}

    def switch_on(self, container: str) -> None:
        """Start the container."""
        _LOG.info("%s is switched on", container)
        self._engine.run("start", container)
        NodeFilter(self._engine, container).refuse_untranslated()

    def switch_off(self, container: str) -> None:
        """Kill the container, as a power cut would."""
        _LOG.info("%s is switched off", container)
        self._engine.run("kill", container)

    def vacate(self, container: str, successor: Machine | None) -> None:
        """Remove the node of a machine that has ended, and set its successor up in its place, as soon as there is one.

        The container's disk stays: it holds the volumes of the cloud, which are attached to the successor. Its images
        stay as well, which a new machine would have to pull.
        """
        remove_node(self._client, container)
        if successor is None:
            return
        _LOG.info("%s is set up as %s", container, successor.id)
        before = self.occupied()[container]
        self.switch_on(container)
        stop = ("exec", container, "systemctl", "stop", "kubelet")
        stopped = lambda: self._engine.attempt(*stop).returncode == 0  # noqa: E731 - refused until systemd is there
        eventually(stopped, equal_to(True), within=_BOOT_SECONDS)
        # The new node has a range of its own for its pods: none may start in the range that the old one had.
        self._engine.run("exec", container, "sh", "-c", f"rm -f {_NETWORK_OF_PODS}/*")
        self._engine.run("exec", container, "sed", "-i", f"s/{before}/{successor.id}/g", *_FILES)
        remove_node(self._client, container)  # kubelet may have been quick enough to register once more as what it was
        self._engine.run("exec", container, "systemctl", "start", "kubelet")
        record: dict[str, Any] = self._state.read(RECORD) or {}
        self._state.write(RECORD, record | {"machines": self.occupied() | {container: successor.id}})

    def _slot(self, container: str) -> dict[str, Any]:
        slot: dict[str, Any] = (self._state.read(RECORD) or {})["slots"][container]
        return slot

    def label(self) -> None:
        """Return every node the label of its role, and masters their taint: a kubelet may not do so itself."""
        record = self._state.read(RECORD) or {"slots": {}}
        nodes: list[Any] = list(self._client.list(Node))
        for node in nodes:
            slot = record["slots"].get(node.metadata.name)
            labels = node.metadata.labels or {}
            if slot is None or (MASTER_LABEL if slot["master"] else NODE_LABEL) in labels:
                continue
            change: dict[str, Any] = {"metadata": {"labels": {MASTER_LABEL if slot["master"] else NODE_LABEL: ""}}}
            if slot["master"]:
                taints = [taint.to_dict() for taint in node.spec.taints or []]
                change["spec"] = {"taints": [*taints, {"key": MASTER_LABEL, "effect": "NoSchedule"}]}
            self._client.patch(Node, node.metadata.name, change, patch_type=PatchType.MERGE)

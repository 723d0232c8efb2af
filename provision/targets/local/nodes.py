"""Node objects for machines: what the kubelet registers, and what the cloud's node controller removes."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lightkube import ApiError, Client
from lightkube.models.core_v1 import NodeAddress, NodeSpec, NodeStatus, NodeSystemInfo, Taint
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node
from lightkube.resources.core_v1 import NodeStatus as NodeStatusResource
from lightkube.types import PatchType

from provision.net.nodes import MASTER_LABEL, NODE_LABEL, is_ready
from provision.targets.local import static_pods
from provision.targets.local.heartbeats import Heartbeats
from provision.targets.local.kwok import PLAYED_LABEL
from provision.targets.local.overlooked import Overlooked
from provision.targets.simulated.departed import remove_node
from provision.targets.simulated.machines import Machine

INSTANCE_LABEL = "seatrial.dev/instance-id"
_CAPACITY = {  # vCPUs and memory of the instance types that a platform of this size may use
    "t2.small": ("1", "2Gi"),
    "t2.medium": ("2", "4Gi"),
    "t2.large": ("2", "8Gi"),
    "t2.xlarge": ("4", "16Gi"),
    "t3.medium": ("2", "4Gi"),
    "t3.large": ("2", "8Gi"),
    "m5.large": ("2", "8Gi"),
}
_OTHER_TYPES = ("2", "8Gi")
_PODS = "110"  # kops's usual limit
_CONFLICT = 409
_LOG = logging.getLogger("machines")


class Nodes:
    """Keeps Node objects as the machines are.

    Args:
        client: A client of the cluster's API.
        version: The Kubernetes version that the nodes report.
        shows_programs: Whether a master's programs are shown as pods, as its kubelet does on a real one.
    """

    def __init__(self, client: Client, version: str, *, shows_programs: bool = False) -> None:
        self._client = client
        self._version = version
        self._shows_programs = shows_programs
        self._heartbeats = Heartbeats(client)
        self._overlooked = Overlooked(client)

    def keep(self, machines: Sequence[Machine]) -> None:
        """Bring all nodes in line with the machines that the cloud has now.

        Raises:
            ApiError: The API refused; the next time may do better.
        """
        by_id = {machine.id: machine for machine in machines}
        nodes = {str(_name(node)): node for node in self._client.list(Node)}
        stopped = self._heartbeats.stopped()
        for node in nodes.values():
            instance = _labels(node).get(INSTANCE_LABEL)
            if instance is not None:
                self._follow(node, by_id.get(instance), stopped=_name(node) in stopped)
        for machine in machines:
            if machine.running and machine.name not in nodes:
                self._register(machine)
        self._overlooked.touch(nodes.values())
        if self._shows_programs:
            static_pods.show(self._client, nodes.values(), self._version)

    def _follow(self, node: Node, machine: Machine | None, *, stopped: bool) -> None:
        if machine is not None and machine.running:
            if stopped:
                self._heartbeats.start(_name(node))
                self._overlooked.begun(_name(node))
            self._address(node, machine)
            return
        if not stopped:
            self._heartbeats.stop(node)
            self._overlooked.ended(_name(node))
        if (machine is None or machine.ended) and not is_ready(node):
            remove_node(self._client, _name(node))

    def _register(self, machine: Machine) -> None:
        try:
            self._client.create(node_for(machine, self._version))
        except ApiError as error:
            if error.status.code != _CONFLICT:
                raise
        else:
            self._overlooked.begun(machine.name)
            _LOG.info("node %s registered for %s", machine.name, machine.id)

    def _address(self, node: Node, machine: Machine) -> None:
        """Give a node its machine's addresses, as the cloud's controller does: each start brings another public one."""
        wanted = _addresses(machine)
        known = (node.status.addresses if node.status else None) or []
        if {(a.type, a.address) for a in known} != {(a.type, a.address) for a in wanted}:
            change = {"status": {"addresses": [{"type": a.type, "address": a.address} for a in wanted]}}
            self._client.patch(NodeStatusResource, _name(node), change, patch_type=PatchType.MERGE)


def node_for(machine: Machine, version: str) -> Node:
    """Make the Node that a machine's kubelet registers."""
    role = MASTER_LABEL if machine.master else NODE_LABEL
    cpu, memory = _CAPACITY.get(machine.type, _OTHER_TYPES)
    capacity = {"cpu": cpu, "memory": memory, "pods": _PODS}
    return Node(
        metadata=ObjectMeta(
            name=machine.name,
            annotations={"kwok.x-k8s.io/node": "fake"},
            labels={
                role: "",
                PLAYED_LABEL: "true",
                INSTANCE_LABEL: machine.id,
                "topology.kubernetes.io/zone": machine.zone,
                "topology.kubernetes.io/region": machine.zone.rstrip("abcdefghijklmnopqrstuvwxyz"),
                "node.kubernetes.io/instance-type": machine.type,
                "kops.k8s.io/instancegroup": machine.group,
                "kubernetes.io/hostname": machine.name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
            },
        ),
        spec=NodeSpec(
            providerID=f"aws:///{machine.zone}/{machine.id}",
            taints=[Taint(key=MASTER_LABEL, effect="NoSchedule")] if machine.master else None,
        ),
        status=NodeStatus(
            addresses=_addresses(machine),
            capacity=capacity,
            allocatable=capacity,
            nodeInfo=NodeSystemInfo(
                architecture="amd64",
                bootID=machine.id,
                containerRuntimeVersion="kwok://simulated",
                kernelVersion="simulated",
                kubeProxyVersion=f"v{version}",
                kubeletVersion=f"v{version}",
                machineID=machine.id,
                operatingSystem="linux",
                osImage="simulated by KWOK",
                systemUUID=machine.id,
            ),
        ),
    )


def _addresses(machine: Machine) -> list[NodeAddress]:
    found = {"InternalIP": machine.address, "Hostname": machine.name, "InternalDNS": machine.name}
    public = {"ExternalIP": machine.public_address} if machine.public_address else {}
    return [NodeAddress(type=kind, address=address) for kind, address in (found | public).items()]


def _name(node: Node) -> str:
    return str(node.metadata.name) if node.metadata else ""


def _labels(node: Node) -> dict[str, str]:
    return (node.metadata.labels if node.metadata else None) or {}

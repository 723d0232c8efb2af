"""Machines replaced one at a time, masters first, then nodes zone by zone: what kops's rolling update does on AWS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, Pod
from lightkube.types import PatchType

from provision.net.nodes import MASTER_LABEL, machine_of
from provision.targets.base.gates import Gates
from provision.targets.base.parts import Parts
from provision.workloads import WorkloadsError
from provision.workloads.objects import Group
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to

_ZONE = "topology.kubernetes.io/zone"
_GROUPS: Final[Sequence[Group]] = ("backing", "microservices", "dns")
_WITHIN = 180.0  # seconds for one machine; it takes ten
_NOT_FOUND, _REFUSED = 404, 429


class Rolling:
    """Replaces the machines of a platform that do not run its version of Kubernetes.

    Args:
        parts: The platform's parts.
        gates: What looks whether it is whole.
        say: Is told which machine is being replaced.
    """

    def __init__(self, parts: Parts, gates: Gates, say: Callable[[str], None]) -> None:
        self._parts = parts
        self._gates = gates
        self._say = say
        self._client: Client = parts.client()

    def roll(self) -> int:
        """Replace all that are of another version, each once the platform is whole again; give how many."""
        self._whole(())
        groups = [group for group in _GROUPS if self._ready(group)]
        outdated = self.outdated()
        for number, node in enumerate(outdated, 1):
            role = "master" if _is_master(node) else "node"
            self._say(f"replacing {number} of {len(outdated)}: the {role} in {_zone(node)}")
            self._replace(node)
            self._whole(groups)
        return len(outdated)

    def _ready(self, group: Group) -> bool:
        try:
            return not self._gates.groups_unready(group)
        except WorkloadsError:  # nothing has been applied yet
            return False

    def outdated(self) -> list[Node]:
        """Return the nodes of another version, in the order in which their machines are replaced."""
        wanted = f"v{self._parts.spec.kubernetes}"
        found = [n for n in self._client.list(Node) if n.status.nodeInfo.kubeletVersion != wanted]  # type: ignore[union-attr]
        return sorted(found, key=lambda node: (not _is_master(node), _zone(node), node.metadata.name))  # type: ignore[union-attr]

    def _replace(self, node: Node) -> None:
        if not _is_master(node):
            self._drain(node.metadata.name)  # type: ignore[union-attr, arg-type]
        machine = machine_of(node)
        self._parts.access.client("ec2").terminate_instances(
            InstanceIds=[machine]
        )  # as kops does; its group has another
        eventually(lambda: machine in {i.id for i in self._parts.estate.instances()}, equal_to(False), within=_WITHIN)

    def _drain(self, name: str) -> None:
        self._client.patch(Node, name, {"spec": {"unschedulable": True}}, patch_type=PatchType.MERGE)
        for pod in self._client.list(Pod, namespace="*", fields={"spec.nodeName": name}):
            owners = {owner.kind for owner in (pod.metadata.ownerReferences or [])}  # type: ignore[union-attr]
            if not owners & {"DaemonSet", "Node"}:
                eventually(partial(self._evict, pod), equal_to(True), within=_WITHIN)

    def _evict(self, pod: Any) -> bool:
        """Ask a pod to go, if its disruption budget lets it; tell whether it does, or is gone."""
        name, namespace = pod.metadata.name, pod.metadata.namespace
        try:
            eviction = Pod.Eviction(metadata=ObjectMeta(name=name, namespace=namespace))
            self._client.create(eviction, name, namespace=namespace)
        except ApiError as error:
            if error.status.code not in (_NOT_FOUND, _REFUSED):
                raise
            return error.status.code == _NOT_FOUND
        return True

    def _whole(self, groups: Sequence[Group]) -> None:
        eventually(lambda: list(self._missing(groups)), equal_to([]), within=_WITHIN)

    def _missing(self, groups: Sequence[Group]) -> Sequence[str]:
        gates = self._gates
        looks = (gates.cluster_unready, gates.nodes_unready, self._departed, lambda: gates.groups_unready(*groups))
        for look in looks:
            if missing := list(look()):
                return missing
        return []

    def _departed(self) -> list[str]:
        there = {i.id for i in self._parts.estate.instances()}
        return [f"{n.metadata.name} has no machine" for n in self._client.list(Node) if machine_of(n) not in there]  # type: ignore[union-attr]


def _is_master(node: Node) -> bool:
    return MASTER_LABEL in _labels(node)


def _zone(node: Node) -> str:
    return _labels(node).get(_ZONE, "")


def _labels(node: Node) -> dict[str, str]:
    return (node.metadata.labels if node.metadata else None) or {}

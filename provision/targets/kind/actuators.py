"""What faults on ``kind`` act with, beside the APIs of the cluster and of the cloud."""

from __future__ import annotations

from lightkube.resources.core_v1 import Pod

from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.node_filter import NodeFilter
from provision.targets.kind.parts import KindParts
from provision.workloads.apply import apply
from provision.workloads.objects import key
from provision.workloads.server import Server


class NodeNetwork:
    """Cuts nodes off the network of one platform."""

    def __init__(self, parts: KindParts) -> None:
        self._parts = parts

    def cut_off(self, node: str) -> None:
        """Have *node* neither reach anybody nor be reached, its container running on."""
        NodeFilter(self._parts.engine, node).cut_off()

    def reconnect(self, node: str) -> None:
        """Connect *node* again."""
        NodeFilter(self._parts.engine, node).reconnect()


class PodKiller:
    """Kills what pods of one platform run."""

    def __init__(self, parts: KindParts) -> None:
        self._parts = parts

    def crash(self, namespace: str, name: str) -> None:
        """Kill the first container of a pod, as a failure of its program would."""
        pod = self._parts.kube().get(Pod, name, namespace=namespace)
        statuses = (pod.status.containerStatuses if pod.status else None) or []
        container = str(statuses[0].containerID).removeprefix("containerd://")
        node = str(pod.spec.nodeName if pod.spec else "")
        kill = ("ctr", "--namespace=k8s.io", "tasks", "kill", "--signal=SIGKILL", container)
        self._parts.engine.run("exec", node, *kill)


class MachineShell:
    """Works on the machines of one platform by hand."""

    def __init__(self, parts: KindParts) -> None:
        self._parts = parts

    def run(self, machine: str, *command: str) -> None:
        """Run *command* on *machine* as root."""
        self._parts.engine.run("exec", machine, *command)


class Controllers:
    """The ingress controllers of one platform, each maker's by its name."""

    def __init__(self, parts: KindParts) -> None:
        self._parts = parts

    def running(self) -> str:
        """Name those that run."""
        return self._parts.controller

    def known(self) -> list[str]:
        """Name those whose images can be had."""
        return self._parts.images.controllers

    def swap(self, to: str) -> None:
        """Apply what Git says otherwise with another ingress controller, and remove what only the one before had."""
        c = self._parts
        builder = KindBuilder(c, (c.state.read("platform") or {}).get("mark", ""), lambda _text: None)
        before = {key(obj): obj for obj in c.workloads.objects()}
        c.choose_controller(to)
        builder.write_overlay()
        builder.check_manifests()
        now, server = {key(obj): obj for obj in c.workloads.objects()}, Server(c.kube())
        apply((obj for name_, obj in now.items() if obj != before.get(name_)), server)
        for gone in (obj for name_, obj in before.items() if name_ not in now):
            server.delete(gone)
